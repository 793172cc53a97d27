package dev.onchange.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What is read again after a member, or another one, has written units. */
class ClusterReaderTest {

    private static final Duration LEASE = Duration.ofMinutes(1);

    private final SimulatedStores stores = new SimulatedStores();
    private final ClusterStore store = stores.members();
    private final ObjectId me = new ObjectId();
    private final ClusterReader reader = new ClusterReader(
            store,
            new DeathWatch(ClusterTime.of(Clock.systemUTC()), ClusterSettings.withLease(LEASE), process -> false),
            new OwnCommands(stores.commands(), new NoCommands(), () -> true, () -> {}),
            view -> {});

    private static final class NoCommands implements CommandRunner {

        @Override
        public Mono<Map<String, BsonDocument>> run(String kind, BsonDocument arguments, Set<String> units) {
            return Mono.empty();
        }

        @Override
        public void pausesChanged(Map<String, Boolean> paused) {}
    }

    @BeforeEach
    void readEverything() {
        read();
    }

    @Test
    void what_a_member_has_written_itself_is_not_read_again() {
        run(reader.afterWriting(store.write(List.of(create("own"))), List.of("own")));
        reader.noteTold(stores.get(store.changed()));
        run(store.write(List.of(create("untold"))));

        read();

        assertThat(reader.view().units()).containsOnlyKeys("own");
    }

    @Test
    void what_others_have_told_is_read_although_the_member_has_told_something_since() {
        run(store.write(List.of(create("told"))));
        stores.get(store.changed());
        reader.noteTold(stores.get(store.changed()));

        read();

        assertThat(reader.view().units()).containsOnlyKeys("told");
    }

    @Test
    void everything_is_read_after_a_write_that_failed() {
        run(reader.afterWriting(Mono.error(new IllegalStateException("no answer")), List.of("own"))
                .onErrorComplete());
        run(store.write(List.of(create("untold"))));

        read();

        assertThat(reader.view().units()).containsOnlyKeys("untold");
    }

    private UnitWrite create(String unit) {
        return new UnitWrite.Create(unit, me);
    }

    private void read() {
        run(reader.read(me, LEASE));
    }

    private void run(Mono<Void> operation) {
        stores.get(operation.thenReturn(true));
    }
}
