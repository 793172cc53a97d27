package dev.onchange.engine.deadletter;

import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Exhausted;
import dev.onchange.OnChangeException;
import dev.onchange.Ordering;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.deadletter.Replayed;
import dev.onchange.engine.dispatch.ChangesOf;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.retry.Bench;
import dev.onchange.engine.retry.Retrier;
import dev.onchange.engine.retry.RetryableInvoker;
import dev.onchange.engine.retry.UnreachableStore;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class DeadLettersTest {

    private static final DeadLetterFilter ALL = DeadLetterFilter.all();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();
    private final Set<Integer> poison = ConcurrentHashMap.newKeySet();
    private final Declared declared = handler("a").whenExhausted(Exhausted.DEAD_LETTER);
    private Bench bench = Bench.empty("dead_letters_test");

    private final Invoker invoker = (change, attempt, session) -> {
        int sequence = change.raw().clusterTime().getInc();
        if (poison.contains(sequence)) {
            throw new IllegalStateException("poison " + sequence);
        }
        handled.add(sequence);
        return null;
    };

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void a_dead_lettered_change_parks_later_changes_of_the_same_key() {
        poison.add(1);
        bench.with(declared, invoker).start();

        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 8), items.insert(3, 7), items.insert(4, 7));

        await().until(() -> bench.counts("a").parked() == 2);
        assertThat(handled).containsExactly(2);
        assertThat(bench.rig.position("a")).isEqualTo(4);
        assertThat(bench.stored()).extracting(DeadLetter::parked).containsExactly(false, true, true);
    }

    @Test
    void a_letter_holds_the_change_and_its_failure() {
        poison.add(1);
        bench.with(declared, invoker).start();

        bench.rig.stream.feed(items.insert(1, 7));
        await().until(() -> bench.counts("a").deadLettered() == 1);

        DeadLetter letter = bench.stored().get(0);
        assertThat(letter.handlerId()).isEqualTo("a");
        assertThat(letter.event()).isEqualTo(items.insert(1, 7).document());
        assertThat(letter.key()).isEqualTo(BsonDocument.parse("{db: 'shop', coll: 'items', _id: 7}"));
        assertThat(letter.attempts()).isEqualTo(1);
        assertThat(letter.failure().type()).isEqualTo(IllegalStateException.class.getName());
        assertThat(letter.failure().message()).isEqualTo("poison 1");
        assertThat(letter.failure().stack()).contains("DeadLettersTest");
        await().untilAsserted(() ->
                assertThat(bench.events).hasSize(1).first().isInstanceOf(ListenerEvent.ChangeDeadLettered.class));
    }

    @Test
    void a_replay_handles_the_change_and_then_what_is_parked_behind_it_in_order() {
        poison.add(1);
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 7), items.insert(3, 7));
        await().until(() -> bench.counts("a").parked() == 2);
        poison.clear();

        Replayed result = bench.letters.replay(bench.stored().get(0).id()).block();

        assertThat(result).isEqualTo(new Replayed(3, 0));
        assertThat(handled).containsExactly(1, 2, 3);
        assertThat(bench.stored()).isEmpty();

        bench.rig.stream.feed(items.insert(4, 7));

        await().untilAsserted(() -> assertThat(handled).containsExactly(1, 2, 3, 4));
    }

    @Test
    void a_replay_that_fails_keeps_the_letter_and_what_is_parked_behind_it() {
        poison.add(1);
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 7));
        await().until(() -> bench.counts("a").parked() == 1);

        Replayed result = bench.letters.replay(ALL).block();

        assertThat(result).isEqualTo(new Replayed(0, 1));
        assertThat(handled).isEmpty();
        assertThat(bench.stored()).extracting(DeadLetter::attempts).containsExactly(2, 0);
    }

    @Test
    void letters_of_one_document_are_replayed_together_whatever_type_its_number_has() {
        poison.add(1);
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(
                items.insert(1, BsonDocument.parse("{_id: {a: 7}}")),
                items.insert(2, BsonDocument.parse("{_id: {a: 7.0}}")),
                items.insert(3, BsonDocument.parse("{_id: {a: {$numberLong: '7'}}}")));
        await().until(() -> bench.counts("a").parked() == 2);

        assertThat(bench.letters.replay(ALL).block()).isEqualTo(new Replayed(0, 1));
        poison.clear();
        assertThat(bench.letters.replay(ALL).block()).isEqualTo(new Replayed(3, 0));

        assertThat(handled).containsExactly(1, 2, 3);
    }

    @Test
    void asked_for_a_parked_one_a_replay_begins_with_the_first_of_its_document() {
        poison.add(1);
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 7));
        await().until(() -> bench.counts("a").parked() == 1);
        poison.clear();

        bench.letters.replay(ALL.waiting()).block();

        assertThat(handled).containsExactly(1, 2);
    }

    @Test
    void after_a_restart_the_documents_with_letters_are_known() {
        poison.add(1);
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7));
        await().until(() -> bench.counts("a").deadLettered() == 1);
        restart();

        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 7), items.insert(3, 8));

        await().until(() -> bench.rig.position("a") == 3);
        assertThat(handled).containsExactly(3);
        assertThat(bench.stored()).extracting(DeadLetter::parked).containsExactly(false, true);
    }

    @Test
    void what_was_settled_before_the_letter_and_comes_again_is_not_parked_behind_it() {
        poison.add(2);
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 7));
        await().until(() -> bench.counts("a").deadLettered() == 1);
        restart();

        bench.rig.stream.feed(items.insert(1, 7));

        await().untilAsserted(() -> assertThat(handled).containsExactly(1, 1));
        assertThat(bench.stored()).hasSize(1);
    }

    @Test
    void discarding_a_letter_replays_what_is_parked_behind_it() {
        poison.add(1);
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 7));
        await().until(() -> bench.counts("a").parked() == 1);

        Long discarded = bench.letters.discard(ALL.failed()).block();

        assertThat(discarded).isEqualTo(1);
        assertThat(handled).containsExactly(2);
        assertThat(bench.stored()).isEmpty();

        bench.rig.stream.feed(items.insert(3, 7));

        await().untilAsserted(() -> assertThat(handled).containsExactly(2, 3));
    }

    @Test
    void letters_that_a_replay_has_handled_meanwhile_are_not_counted_as_discarded() {
        poison.addAll(List.of(1, 2));
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 8));
        await().until(() -> bench.counts("a").deadLettered() == 2);
        poison.remove(1);
        // Once the letters are listed, the first of them is replayed.
        Mono<Replayed> replay = bench.letters.replay(ALL).cache();

        Long discarded = letters((id, change, purpose) -> replay.then(bench.rig.dispatcher.resend(id, change, purpose)))
                .discard(ALL)
                .block(PATIENCE);

        assertThat(replay.block()).isEqualTo(new Replayed(1, 1));
        assertThat(discarded).isEqualTo(1);
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void letters_that_another_process_has_removed_meanwhile_are_not_counted_as_discarded() {
        poison.addAll(List.of(1, 2));
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 8));
        await().until(() -> bench.counts("a").deadLettered() == 2);
        Mono<Void> elsewhere = bench.store.remove(bench.stored().get(0)).cache();

        Long discarded = letters((id, change, purpose) -> elsewhere.then(Mono.empty()))
                .discard(ALL)
                .block(PATIENCE);

        assertThat(discarded).isEqualTo(1);
        assertThat(bench.stored()).isEmpty();
    }

    private StoredDeadLetters letters(Redelivery redelivery) {
        return new StoredDeadLetters(bench.store, bench.queue, redelivery, OtherInstances.NONE, bench.timing);
    }

    @Test
    void a_letter_that_another_process_removes_lets_later_changes_pass() {
        poison.add(1);
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7));
        await().until(() -> bench.counts("a").deadLettered() == 1);
        bench.store.remove(bench.stored().get(0)).block();

        bench.rig.stream.feed(items.insert(2, 7), items.insert(3, 7));

        await().untilAsserted(() -> assertThat(handled).containsExactly(2, 3));
        assertThat(bench.rig.position("a")).isEqualTo(3);
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void changes_parked_behind_a_letter_that_another_process_removes_are_replayed_with_the_next_change() {
        poison.add(1);
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 7), items.insert(3, 7));
        await().until(() -> bench.counts("a").parked() == 2);
        bench.store.remove(bench.stored().get(0)).block();

        bench.rig.stream.feed(items.insert(4, 7));

        await().untilAsserted(() -> assertThat(handled).containsExactly(2, 3, 4));
        await().untilAsserted(() -> assertThat(bench.stored()).isEmpty());
        bench.rig.stream.feed(items.insert(5, 7));
        await().untilAsserted(() -> assertThat(handled).containsExactly(2, 3, 4, 5));
    }

    @Test
    void the_parked_keys_of_a_handler_that_leaves_are_forgotten() {
        bench.with(handler("a").ordered(Ordering.NONE), invoker);
        assertThat(bench.queue.keepsOrder("a")).isFalse();

        bench.queue.forget(List.of("a"));

        assertThat(bench.queue.keepsOrder("a")).isTrue();
    }

    @Test
    void changes_parked_behind_no_letter_after_a_crash_are_replayed() {
        poison.add(1);
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 7));
        await().until(() -> bench.counts("a").parked() == 1);
        bench.store.remove(bench.stored().get(0)).block();
        restart();

        bench.letters.goOn(List.of("a")).block();

        assertThat(handled).containsExactly(2);
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void without_order_nothing_is_parked_and_each_letter_stands_alone() {
        poison.add(1);
        bench.with(handler("a").whenExhausted(Exhausted.DEAD_LETTER).ordered(Ordering.NONE), invoker)
                .start();

        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 7));
        await().until(() -> bench.rig.position("a") == 2);
        poison.add(2);
        poison.remove(1);
        bench.letters.replay(ALL).block();

        assertThat(handled).containsExactly(2, 1);
        assertThat(bench.counts("a").parked()).isZero();
    }

    @Test
    void without_order_too_a_letter_is_replayed_by_one_run_at_a_time() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch may = new CountDownLatch(1);
        poison.add(1);
        bench.with(
                        handler("a").whenExhausted(Exhausted.DEAD_LETTER).ordered(Ordering.NONE),
                        (change, attempt, session) -> {
                            if (poison.isEmpty()) {
                                begun.countDown();
                                may.await(1, TimeUnit.MINUTES);
                            }
                            return invoker.invoke(change, attempt, session);
                        })
                .start();
        bench.rig.stream.feed(items.insert(1, 7));
        await().until(() -> bench.counts("a").deadLettered() == 1);
        poison.clear();

        CompletableFuture<Replayed> first = bench.letters.replay(ALL).toFuture();
        begun.await(1, TimeUnit.MINUTES);
        Replayed second = bench.letters.replay(ALL).block(Duration.ofMinutes(1));
        may.countDown();

        assertThat(second).isEqualTo(new Replayed(0, 0));
        assertThat(first.join()).isEqualTo(new Replayed(1, 0));
        assertThat(handled).containsExactly(1);
    }

    @Test
    void letters_are_listed_and_counted_by_filter_over_many_pages() {
        IntStream.rangeClosed(1, 250).forEach(poison::add);
        bench.with(declared, invoker).start();
        IntStream.rangeClosed(1, 250).forEach(i -> bench.rig.stream.feed(items.insert(i, i)));
        await().until(() -> bench.counts("a").deadLettered() == 250);

        DeadLetterFilter seven = ALL.document(new MongoNamespace("shop.items"), new BsonInt32(7));

        assertThat(bench.stored()).hasSize(250).extracting(DeadLetter::token).isSorted();
        assertThat(bench.letters.count(ALL.handler("a")).block()).isEqualTo(250);
        assertThat(bench.letters.count(ALL.handler("b")).block()).isZero();
        assertThat(bench.letters.list(seven).collectList().block()).hasSize(1);
        assertThat(bench.letters.count(ALL.failure(IllegalStateException.class)).block())
                .isEqualTo(250);
        assertThat(bench.letters.count(ALL.failure(RuntimeException.class)).block())
                .isZero();
    }

    @Test
    void between_two_replayed_changes_there_is_the_pause_asked_for() {
        poison.addAll(List.of(1, 2));
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 1), items.insert(2, 2));
        await().until(() -> bench.counts("a").deadLettered() == 2);
        poison.clear();

        bench.letters.replay(ALL, Duration.ofMinutes(1)).subscribe();

        await().untilAsserted(() -> assertThat(handled).containsExactly(1));
        await().untilAsserted(() -> {
            bench.rig.time.advanceTimeBy(Duration.ofMinutes(1));
            assertThat(handled).containsExactly(1, 2);
        });
    }

    @Test
    void letters_of_different_documents_are_replayed_at_the_same_time() {
        CountDownLatch together = new CountDownLatch(2);
        IntStream.rangeClosed(1, 16).forEach(poison::add);
        bench.with(declared.concurrency(4), (change, attempt, session) -> {
                    if (poison.isEmpty()) {
                        together.countDown();
                        assertThat(together.await(2, TimeUnit.SECONDS)).isTrue();
                    }
                    return invoker.invoke(change, attempt, session);
                })
                .start();
        IntStream.rangeClosed(1, 16).forEach(i -> bench.rig.stream.feed(items.insert(i, i)));
        await().until(() -> bench.counts("a").deadLettered() == 16);
        poison.clear();

        Replayed result = bench.letters.replay(ALL).block();

        assertThat(result).isEqualTo(new Replayed(16, 0));
    }

    @Test
    void letters_of_a_handler_that_wants_the_order_of_the_stream_are_replayed_in_it() {
        List<Integer> all = IntStream.rangeClosed(1, 40).boxed().toList();
        poison.addAll(all);
        bench.with(declared.ordered(Ordering.STREAM), invoker).start();
        all.forEach(i -> bench.rig.stream.feed(items.insert(i, i)));
        await().until(() -> bench.counts("a").deadLettered() == 40);
        poison.clear();

        bench.letters.replay(ALL).block();

        assertThat(handled).containsExactlyElementsOf(all);
    }

    @Test
    void a_letter_that_cannot_be_replayed_does_not_interrupt_replays_of_other_handlers() {
        poison.add(1);
        Declared absent = handler("b").whenExhausted(Exhausted.DEAD_LETTER);
        bench.with(declared, invoker).with(absent, invoker).start();
        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 7), items.insert(3, 7), items.insert(4, 7));
        await().until(() -> bench.counts("a").parked() == 3 && bench.counts("b").parked() == 3);
        poison.clear();
        bench.rig.dispatcher.detach("b").block();

        assertThatThrownBy(() -> bench.letters.replay(ALL).block()).hasMessageContaining("ONC-1402");

        assertThat(handled).containsExactly(1, 2, 3, 4);
        assertThat(bench.stored()).extracting(DeadLetter::handlerId).containsOnly("b");
    }

    @Test
    void replaying_a_letter_whose_handler_does_not_run_here_fails() {
        poison.add(1);
        bench.with(declared, invoker).start();
        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").deadLettered() == 1);

        bench.rig.dispatcher.detach("a").block();

        assertThatThrownBy(() -> bench.letters.replay(ALL).block())
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("ONC-1402");
    }

    @Test
    void while_a_letter_cannot_be_stored_its_change_stays_unsettled_and_the_state_says_why() {
        poison.add(1);
        AtomicBoolean down = new AtomicBoolean(true);
        DeadLetterStore unreachable = new UnreachableStore(bench.store, down);
        DeadLetterQueue queue = new DeadLetterQueue(unreachable, bench.timing, bench.events::add);
        queue.load(List.of(declared.spec())).onErrorComplete().block();
        bench.rig
                .with(
                        declared,
                        new Retrier(
                                declared.spec(),
                                RetryableInvoker.of(invoker),
                                queue.exhaustedOf(declared.spec()),
                                bench.timing))
                .start();

        bench.rig.stream.feed(items.insert(1, 7), items.insert(2, 7), items.insert(3, 8));

        await().untilAsserted(() ->
                assertThat(bench.rig.dispatcher.state("a").reason()).hasMessage("down"));
        await().untilAsserted(() -> assertThat(handled).containsExactly(3));
        assertThat(bench.rig.position("a")).isEqualTo(-1);
        assertThat(bench.events).first().isInstanceOf(ListenerEvent.DeadLetterNotStored.class);

        down.set(false);
        await().until(() -> {
            bench.rig.time.advanceTimeBy(Duration.ofMinutes(1));
            return bench.rig.position("a") == 3;
        });

        assertThat(bench.stored()).extracting(DeadLetter::parked).containsExactly(false, true);
        assertThat(bench.rig.dispatcher.state("a").reason()).isNull();
    }

    @Test
    void a_conflicting_index_is_reported_and_missing_indexes_are_created() {
        MongoCollection<Document> letters =
                bench.client.getDatabase(bench.database).getCollection(MongoDeadLetterStore.COLLECTION);
        Mono.from(letters.dropIndexes()).block();
        Mono.from(letters.createIndex(new Document("handler", 1).append("token", 1), new IndexOptions().unique(true)))
                .block();

        assertThatExceptionOfType(OnChangeException.class)
                .isThrownBy(() -> bench.store.prepare().block())
                .satisfies(refused -> assertThat(refused.problems())
                        .singleElement()
                        .satisfies(problem -> {
                            assertThat(problem.code()).isEqualTo(ProblemCode.DEAD_LETTERS_UNUSABLE);
                            assertThat(problem.what()).contains("handler_1_token_1");
                            assertThat(problem.todo()).contains("Drop it");
                        }));

        Mono.from(letters.dropIndexes()).block();
        bench.store.prepare().block();
        assertThat(Flux.from(letters.listIndexes())
                        .map(index -> index.getString("name"))
                        .collectList()
                        .block())
                .containsExactlyInAnyOrder(
                        "_id_",
                        "handler_1_token_1",
                        "handler_1_key_1_token_1_parked_1",
                        "key._id_1_handler_1_token_1",
                        "failure.type_1_handler_1_token_1",
                        "parked_1_handler_1_token_1",
                        "lastAt_1_handler_1_token_1_parked_1");
    }

    @Test
    void an_event_that_does_not_fit_into_a_letter_is_kept_in_parts() {
        poison.add(1);
        BsonDocument large =
                new BsonDocument("_id", new BsonInt32(1)).append("bytes", new BsonBinary(new byte[15 * 1024 * 1024]));
        bench.with(declared, invoker).start();

        bench.rig.stream.feed(items.insert(1, large));
        await().atMost(Duration.ofSeconds(30)).until(() -> bench.counts("a").deadLettered() == 1);

        assertThat(bench.stored().get(0).event().getDocument("fullDocument")).isEqualTo(large);

        bench.letters.discard(ALL).block();

        assertThat(parts()).isZero();
    }

    @Test
    void an_event_that_is_nested_deeply_is_kept_in_parts_replayed_and_discarded() {
        IntStream.rangeClosed(170, 179).forEach(poison::add);
        bench.with(declared, invoker).start();

        for (int depth = 170; depth < 180; depth++) {
            bench.rig.stream.feed(items.insert(depth, deep(depth)));
        }
        await().until(() -> bench.counts("a").deadLettered() == 10);

        assertThat(parts()).isEqualTo(10);
        assertThat(bench.stored().get(9).event().getDocument("fullDocument").getDocument("deep"))
                .isEqualTo(nested(176));

        poison.remove(170);
        assertThat(bench.letters.replay(ALL).block(PATIENCE)).isEqualTo(new Replayed(1, 9));
        assertThat(bench.letters.discard(ALL).block(PATIENCE)).isEqualTo(9);
        assertThat(parts()).isZero();
    }

    @Test
    void a_letter_that_holds_a_deeply_nested_event_is_replayed_and_discarded() {
        bench.with(declared, invoker).start();
        IntStream.rangeClosed(170, 179).forEach(depth -> embed(depth, items.insert(depth, deep(depth))));

        assertThat(bench.letters
                        .discard(ALL.document(new MongoNamespace("shop.items"), new BsonInt32(170)))
                        .block(PATIENCE))
                .isEqualTo(1);
        assertThat(bench.letters.replay(ALL).block(PATIENCE)).isEqualTo(new Replayed(9, 0));

        assertThat(bench.stored()).isEmpty();
    }

    /** As they were stored before events were kept apart for their depth. */
    private void embed(int id, RawChange change) {
        BsonDocument key = new BsonDocument("db", new BsonString("shop"))
                .append("coll", new BsonString("items"))
                .append("_id", new BsonInt32(id));
        DeadLetter letter = new DeadLetter(
                "a",
                change.token().getString("_data").getValue(),
                key,
                change.document(),
                new DeadLetter.Failure("T", "", ""),
                1,
                Instant.EPOCH,
                Instant.EPOCH);
        Mono.from(bench.client
                        .getDatabase(bench.database)
                        .getCollection(MongoDeadLetterStore.COLLECTION, BsonDocument.class)
                        .insertOne(LetterDocuments.toDocument(letter).append("event", letter.event())))
                .block();
    }

    /** One that makes an event of so many levels. */
    private static BsonDocument deep(int levels) {
        return new BsonDocument("_id", new BsonInt32(levels)).append("deep", nested(levels - 3));
    }

    private static BsonDocument nested(int depth) {
        BsonDocument document = new BsonDocument("end", new BsonString("here"));
        for (int i = 0; i < depth; i++) {
            document = new BsonDocument("down", document);
        }
        return document;
    }

    private long parts() {
        return Mono.from(bench.client
                        .getDatabase(bench.database)
                        .getCollection(MongoDeadLetterStore.PARTS)
                        .countDocuments(new Document()))
                .block();
    }

    private void restart() {
        bench.close();
        bench = bench.again().with(declared, invoker).start();
    }
}
