package dev.onchange.engine.transaction;

import static dev.onchange.engine.plan.Declared.attempts;
import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Attempt;
import dev.onchange.BatchFailure;
import dev.onchange.Exhausted;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.dispatch.ChangesOf;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.retry.Bench;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class TransactionalBatchesTest {

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Queue<List<Integer>> calls = new ConcurrentLinkedQueue<>();
    private final Bench bench = Bench.empty("transactional_batches_test");
    private final Transactions transactions = transactions(bench);
    private final MongoCollection<Document> effects =
            bench.client.getDatabase(bench.database).getCollection("effects");

    @BeforeEach
    void clear() {
        for (String collection : List.of("effects", Transactions.COLLECTION, Transactions.SESSIONS)) {
            Mono.from(bench.client
                            .getDatabase(bench.database)
                            .getCollection(collection)
                            .deleteMany(new Document()))
                    .block();
        }
        transactions.prepare().block();
        Mono.from(effects.insertOne(new Document("_id", "made"))).block();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void a_batch_is_one_transaction_that_marks_each_change() {
        bench.with(batched(3), transactions.around("a", counting(bench, -1))).start();

        feed(bench, 3);
        await().until(() -> bench.counts("a").handled() == 3);

        assertThat(calls).containsExactly(List.of(1, 2, 3));
        assertThat(times(1, 2, 3)).containsExactly(1, 1, 1);
        assertThat(marks()).isEqualTo(3);
    }

    @Test
    void changes_that_come_again_in_another_batch_take_effect_once() {
        bench.with(batched(3), transactions.around("a", counting(bench, -1))).start();
        feed(bench, 3);
        await().until(() -> bench.counts("a").handled() == 3);

        try (Bench next = bench.again()) {
            next.with(batched(5), transactions(next).around("a", counting(next, -1)))
                    .start();
            feed(next, 5);
            await().until(() -> next.counts("a").handled() == 2);

            assertThat(next.counts("a").repeated()).isEqualTo(3);
        }
        assertThat(calls).containsExactly(List.of(1, 2, 3), List.of(4, 5));
        assertThat(times(1, 2, 3, 4, 5)).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void what_came_before_a_named_change_is_committed_without_it() {
        bench.with(
                        batched(4).retrying(attempts(1)).whenExhausted(Exhausted.DEAD_LETTER),
                        transactions.around("a", counting(bench, 3)))
                .start();

        feed(bench, 4);
        await().until(() -> {
            bench.rig.time.advanceTimeBy(Duration.ofSeconds(1));
            return bench.rig.position("a") == 4;
        });

        assertThat(calls).containsExactly(List.of(1, 2, 3, 4), List.of(1, 2), List.of(3), List.of(4));
        assertThat(times(1, 2, 3, 4)).containsExactly(1, 1, 0, 1);
        assertThat(bench.counts("a").deadLettered()).isEqualTo(1);
    }

    @Test
    void a_place_counts_in_what_the_handler_was_given() {
        bench.with(batched(2), transactions.around("a", counting(bench, -1))).start();
        feed(bench, 2);
        await().until(() -> bench.counts("a").handled() == 2);

        try (Bench next = bench.again()) {
            next.with(
                            batched(4).retrying(attempts(1)).whenExhausted(Exhausted.SKIP),
                            transactions(next).around("a", counting(next, 4)))
                    .start();
            feed(next, 4);
            await().until(() -> {
                next.rig.time.advanceTimeBy(Duration.ofSeconds(1));
                return next.counts("a").skipped() == 1;
            });
            await().until(() -> next.rig.position("a") == 4);
        }
        assertThat(times(1, 2, 3, 4)).containsExactly(1, 1, 1, 0);
    }

    private static Declared batched(int size) {
        return handler("a").transactional().batched(size, Duration.ofSeconds(10));
    }

    private void feed(Bench to, int changes) {
        IntStream.rangeClosed(1, changes).forEach(sequence -> to.rig.stream.feed(items.insert(sequence, sequence)));
    }

    private long marks() {
        return Mono.from(bench.client
                        .getDatabase(bench.database)
                        .getCollection(Transactions.COLLECTION)
                        .countDocuments())
                .block();
    }

    private List<Integer> times(Integer... ids) {
        return Flux.just(ids)
                .concatMap(id -> Mono.from(effects.find(Filters.eq(id)).first())
                        .map(effect -> effect.getInteger("times"))
                        .defaultIfEmpty(0))
                .collectList()
                .block();
    }

    /** Counts each change in the transaction, and then fails if one of a number is among them. */
    private Invoker counting(Bench by, int broken) {
        MongoCollection<Document> own = by.client.getDatabase(by.database).getCollection("effects");
        return new Invoker() {
            @Override
            public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session) {
                return invokeBatch(List.of(change), attempt, session);
            }

            @Override
            public @Nullable Publisher<?> invokeBatch(
                    List<Change> changes, Attempt attempt, @Nullable ClientSession session) {
                List<Integer> sequences = changes.stream()
                        .map(change -> change.raw().clusterTime().getInc())
                        .toList();
                calls.add(sequences);
                Mono<?> counted = Mono.from(own.bulkWrite(
                        session,
                        sequences.stream()
                                .map(sequence -> new UpdateOneModel<Document>(
                                        Filters.eq(sequence),
                                        Updates.inc("times", 1),
                                        new UpdateOptions().upsert(true)))
                                .toList()));
                int place = sequences.indexOf(broken);
                return place < 0
                        ? counted
                        : counted.then(Mono.error(new BatchFailure(place, new IllegalStateException("no"))));
            }
        };
    }

    private static Transactions transactions(Bench bench) {
        return new Transactions(
                bench.client,
                bench.database,
                new Transactions.Settings(id -> Schedulers.boundedElastic(), bench.timing, Duration.ofSeconds(30)));
    }
}
