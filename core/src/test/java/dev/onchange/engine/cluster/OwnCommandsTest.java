package dev.onchange.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class OwnCommandsTest {

    @AutoClose
    private static final MongoStores STORES = new MongoStores();

    private final CommandStore store = STORES.commands(STORES.members());
    private final List<Map<String, Boolean>> followed = new ArrayList<>();
    private Map<String, BsonDocument> done = Map.of();
    private final OwnCommands commands = new OwnCommands(store, new Followed(), () -> true, () -> {});

    private final class Followed implements CommandRunner {

        @Override
        public Mono<Map<String, BsonDocument>> run(String kind, BsonDocument arguments, Set<String> units) {
            return Mono.just(done);
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
    void what_it_has_begun_and_left_is_read_and_begun_again() {
        ObjectId id = new ObjectId();
        ObjectId me = new ObjectId();
        run(store.ask(List.of(Command.asked(id, "stock", "PAUSE", new BsonDocument()))));
        run(commands.read());

        run(commands.follow(me, unit -> true));

        assertThat(commands.isToBeRead()).isTrue();
        done = Map.of("stock", new BsonDocument());
        run(commands.read());
        assertThat(commands.isToBeRead()).isFalse();
        run(commands.follow(me, unit -> true));
        run(commands.follow(me, unit -> true));
        assertThat(STORES.get(store.of(id)))
                .singleElement()
                .satisfies(command -> assertThat(command.state()).isEqualTo(Command.State.DONE));
    }

    @Test
    void what_it_keeps_itself_is_not_told_to_it() {
        run(commands.setPaused("stock", true));

        run(commands.read());

        assertThat(followed).isEmpty();
        assertThat(commands.paused()).containsEntry("stock", true);
    }
}
