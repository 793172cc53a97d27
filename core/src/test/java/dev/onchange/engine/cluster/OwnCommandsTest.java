package dev.onchange.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class OwnCommandsTest {

    @AutoClose
    private static final MongoStores STORES = new MongoStores();

    private final CommandStore store = STORES.commands(STORES.members());
    private final List<Map<String, Boolean>> followed = new ArrayList<>();
    private final OwnCommands commands = new OwnCommands(store, new Followed(), () -> true, () -> {});

    private final class Followed implements CommandRunner {

        @Override
        public Mono<Map<String, BsonDocument>> run(String kind, BsonDocument arguments, Set<String> units) {
            return Mono.empty();
        }

        @Override
        public void pausesChanged(Map<String, Boolean> paused) {
            followed.add(paused);
        }
    }

    private static void run(Mono<Void> operation) {
        STORES.get(operation.thenReturn(true));
    }

    @Test
    void what_another_instance_keeps_after_an_own_pause_is_followed() {
        run(store.setPaused("stock", false));
        run(commands.read());
        run(commands.setPaused("stock", true));
        run(store.setPaused("stock", false));
        followed.clear();

        run(commands.read());

        assertThat(followed).containsExactly(Map.of("stock", false));
        assertThat(commands.paused()).containsEntry("stock", false);
    }

    @Test
    void what_it_keeps_itself_is_not_told_to_it() {
        run(commands.setPaused("stock", true));

        run(commands.read());

        assertThat(followed).isEmpty();
        assertThat(commands.paused()).containsEntry("stock", true);
    }
}
