package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.Retry;
import dev.onchange.StartFrom;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.Replayed;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.PositionsStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What is asked of one instance for a handler that another one has. */
class CommandsTest {

    private static final Cluster STANDBY = Cluster.standby().withLease(Duration.ofSeconds(2));

    private final Ground ground = new Ground();

    @AfterEach
    void close() {
        ground.close();
    }

    static final class Items {
        final List<Integer> seen = new CopyOnWriteArrayList<>();
        volatile boolean failing;

        @OnChange(collection = "items", id = "items", retry = @Retry(attempts = 1))
        void changed(Document item) {
            if (failing) {
                throw new IllegalStateException("as ever");
            }
            seen.add(item.getInteger("_id"));
        }

        @OnChange(collection = "items", id = "beside")
        void beside(Document item) {}
    }

    static final class Divided {
        final List<Integer> seen = new CopyOnWriteArrayList<>();
        volatile boolean failing;

        @OnChange(collection = "items", id = "divided", partitions = 4, retry = @Retry(attempts = 1))
        void changed(Document item) {
            if (failing) {
                throw new IllegalStateException("as ever");
            }
            seen.add(item.getInteger("_id"));
        }
    }

    static final class Indexed {
        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(collection = "items", id = "index", startFrom = StartFrom.SNAPSHOT)
        void changed(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    private ChangeListeners start(Object handlers) {
        return ground.builder(handlers).cluster(STANDBY).start();
    }

    private static HandlerStatus.Phase phase(ChangeListeners listeners, String id) {
        return listeners.status().handler(id).phase();
    }

    private MongoCollection<Document> state(String collection) {
        return ground.client().getDatabase(ground.state()).getCollection(collection);
    }

    private static void hand(ChangeListeners first, ChangeListeners second) {
        first.close();
        await().until(() -> phase(second, "items") != HandlerStatus.Phase.ELSEWHERE);
    }

    @Test
    void a_handler_is_paused_and_resumed_by_an_instance_that_does_not_have_it() {
        Items items = new Items();
        try (ChangeListeners first = start(items);
                ChangeListeners second = start(new Items())) {
            second.pause("items");

            assertThat(phase(first, "items")).isEqualTo(HandlerStatus.Phase.PAUSED);
            assertThat(phase(first, "beside")).isEqualTo(HandlerStatus.Phase.LISTENING);
            await().until(() -> second.plan().toString().contains("items (paused)"));
            ground.insert("items", 1);
            second.resume("items");

            await().until(() -> items.seen.equals(List.of(1)));
            await().until(() -> !second.plan().toString().contains("(paused)"));
            assertThat(Flux.from(state("onchange.commands").find())
                            .collectList()
                            .block())
                    .isEmpty();
        }
    }

    @Test
    void a_handler_that_is_paused_stays_so_when_another_instance_takes_it_over_and_after_a_restart() {
        ChangeListeners first = start(new Items());
        Items items = new Items();
        try (ChangeListeners second = start(items)) {
            first.pause("items");
            hand(first, second);

            assertThat(phase(second, "items")).isEqualTo(HandlerStatus.Phase.PAUSED);
        } finally {
            first.close();
        }
        ground.insert("items", 1);
        try (ChangeListeners third = start(items)) {
            assertThat(phase(third, "items")).isEqualTo(HandlerStatus.Phase.PAUSED);
            third.resume("items");
            await().until(() -> items.seen.equals(List.of(1)));
        }
        try (ChangeListeners fourth = start(items)) {
            assertThat(phase(fourth, "items")).isEqualTo(HandlerStatus.Phase.LISTENING);
        }
    }

    @Test
    void an_instance_that_is_alone_begins_with_what_it_declares() {
        for (int start = 0; start < 2; start++) {
            try (ChangeListeners alone = ground.builder(new Items())
                    .cluster(Cluster.alone().withLease(Duration.ofSeconds(2)))
                    .start()) {
                assertThat(phase(alone, "items")).isEqualTo(HandlerStatus.Phase.LISTENING);
                alone.pause("items");
            }
        }
    }

    @Test
    void a_handler_is_rewound_by_an_instance_that_does_not_have_it_and_problems_are_the_same_as_there() {
        Items items = new Items();
        Instant before = Instant.now().minusSeconds(2);
        try (ChangeListeners first = start(items);
                ChangeListeners second = start(new Items())) {
            ground.insert("items", 1);
            await().until(() -> items.seen.equals(List.of(1)));

            second.rewind("items", before);

            await().until(() -> items.seen.equals(List.of(1, 1)));
            Instant later = Instant.now().plusSeconds(3_600);
            OnChangeException there = catchThrowableOfType(OnChangeException.class, () -> first.rewind("items", later));
            assertThatThrownBy(() -> second.rewind("items", later))
                    .isInstanceOfSatisfying(
                            OnChangeException.class,
                            problem -> assertThat(problem.problems())
                                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("what")
                                    .isEqualTo(there.problems()))
                    .hasMessageContaining("is later than the server's present time");
            assertThatThrownBy(() -> second.pause("nobody's")).hasMessageContaining(ProblemCode.UNKNOWN_HANDLER.id());
        }
    }

    @Test
    void a_time_that_no_change_can_have_is_refused_and_the_first_one_is_not_taken_for_the_last() {
        Items items = new Items();
        try (ChangeListeners listeners = start(items)) {
            ground.insert("items", 1);
            await().until(() -> items.seen.equals(List.of(1)));

            for (Instant never : List.of(Instant.EPOCH.minusSeconds(1), Instant.MAX)) {
                assertThatThrownBy(() -> listeners.rewind("items", never))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("give one between 1970-01-01T00:00:00Z and 2106-02-07T06:28:15Z");
            }
            listeners.rewind("items", Instant.EPOCH);

            await().until(() -> items.seen.equals(List.of(1, 1)));
        }
    }

    @Test
    void a_snapshot_is_asked_for_by_an_instance_that_does_not_have_the_handler() {
        ground.insert("items", 1);
        Indexed indexed = new Indexed();
        try (ChangeListeners first = start(indexed);
                ChangeListeners second = start(new Indexed())) {
            await().until(() -> indexed.seen.equals(List.of(1)));
            await().until(() -> first.status().snapshots().isEmpty());

            second.snapshot("index");

            await().until(() -> indexed.seen.equals(List.of(1, 1)));
            second.pauseSnapshot("index");
            second.resumeSnapshot("index");
            second.cancelSnapshot("index");
        }
    }

    @Test
    void dead_letters_are_replayed_and_discarded_by_any_instance() {
        Items items = new Items();
        items.failing = true;
        try (ChangeListeners first = start(items);
                ChangeListeners second = start(new Items())) {
            ground.insert("items", 1);
            ground.insert("items", 2);
            DeadLetterFilter all = DeadLetterFilter.all();
            await().until(() -> first.deadLetters().count(all).block() == 2);

            assertThat(second.deadLetters().replay(all).block()).isEqualTo(new Replayed(0, 2));
            items.failing = false;
            String one = first.deadLetters().list(all).blockFirst().id();
            assertThat(second.deadLetters().replay(one).block()).isEqualTo(new Replayed(1, 0));
            assertThat(second.deadLetters().discard(all).block()).isEqualTo(1);

            assertThat(items.seen).hasSize(1);
            assertThat(first.deadLetters().count(all).block()).isZero();
        }
    }

    @Test
    void all_instances_that_have_partitions_do_what_one_of_them_is_asked() {
        Divided one = new Divided();
        Divided other = new Divided();
        Cluster usual = Cluster.usual().withLease(Duration.ofSeconds(2));
        try (ChangeListeners first = ground.builder(one).cluster(usual).start();
                ChangeListeners second = ground.builder(other).cluster(usual).start()) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> phase(second, "divided") == HandlerStatus.Phase.LISTENING);
            one.failing = true;
            other.failing = true;
            for (int i = 0; i < 40; i++) {
                ground.insert("items", i);
            }
            DeadLetterFilter all = DeadLetterFilter.ofHandler("divided");
            await().until(() -> first.deadLetters().count(all).block() == 40);
            one.failing = false;
            other.failing = false;

            assertThat(first.deadLetters().replay(all).block()).isEqualTo(new Replayed(40, 0));
            assertThat(one.seen).isNotEmpty();
            assertThat(other.seen).isNotEmpty();
            second.pause("divided");
            assertThat(phase(first, "divided")).isEqualTo(HandlerStatus.Phase.PAUSED);
            assertThat(phase(second, "divided")).isEqualTo(HandlerStatus.Phase.PAUSED);
            first.resume("divided");
            assertThat(phase(first, "divided")).isEqualTo(HandlerStatus.Phase.LISTENING);
            assertThat(phase(second, "divided")).isEqualTo(HandlerStatus.Phase.LISTENING);
        }
    }

    @Test
    void a_handler_is_paused_while_the_server_does_not_answer() {
        try (LocalMongo mongo = LocalMongo.builder().ownProcess().start();
                Ground far = new Ground(mongo.connectionString())) {
            Items items = new Items();
            try (ChangeListeners listeners =
                    far.builder(items).answerTimeout(Duration.ofSeconds(2)).start()) {
                far.insert("items", 1);
                await().until(() -> items.seen.equals(List.of(1)));
                mongo.nodes().get(0).freeze();
                try {
                    listeners.pause("items");

                    assertThat(phase(listeners, "items")).isEqualTo(HandlerStatus.Phase.PAUSED);
                } finally {
                    mongo.nodes().get(0).thaw();
                }
                far.insert("items", 2);
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> listeners.status().positions().phase() == PositionsStatus.Phase.SAVED);
                assertThat(items.seen).containsExactly(1);
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> Flux.from(far.client()
                                        .getDatabase(far.state())
                                        .getCollection("onchange.paused")
                                        .find())
                                .hasElements()
                                .block());
            }
        }
    }

    @Test
    void what_was_asked_of_an_owner_that_dies_is_done_by_the_next_one() throws Exception {
        Cluster patient = Cluster.standby().withLease(Duration.ofSeconds(4));
        var executor = Executors.newSingleThreadExecutor();
        ChangeListeners first = ground.builder(new Items()).cluster(patient).start();
        try (ChangeListeners second =
                ground.builder(new Items()).cluster(patient).start()) {
            String owner =
                    first.status().cluster().ownerOf("items").orElseThrow().id();
            var asked = executor.submit(() -> second.pause("items"));
            // Taken for dead, whether it has seen the command or not.
            Ground.run(
                    state("onchange.members").updateOne(Filters.eq(new ObjectId(owner)), Updates.set("state", "dead")));

            asked.get();

            await().until(() -> phase(second, "items") == HandlerStatus.Phase.PAUSED);
            // It hears of its death in its next pass; until then its positions and transactions are refused.
            await().until(() -> phase(first, "items") != HandlerStatus.Phase.LISTENING);
        } finally {
            first.close();
            executor.shutdownNow();
        }
    }
}
