package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.status.HandlerStatus;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A handler that is divided, in one instance that has all its partitions. */
@OnChangeTest
class PartitionsTest {

    private static final int DOCUMENTS = 60;

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    @Inject
    MongoClient client;

    @Test
    void each_change_is_handled_once_and_those_of_a_document_in_order() {
        Divided divided = new Divided();
        listening.start(divided);

        insert(0, DOCUMENTS);
        for (int n = 1; n <= 3; n++) {
            update(n);
        }
        listening.awaitIdle();

        assertThat(divided.seen).hasSize(DOCUMENTS);
        assertThat(divided.seen.values()).allMatch(List.of(0, 1, 2, 3)::equals);
    }

    @Test
    void each_partition_has_a_position_of_its_own_and_goes_on_there() {
        Divided divided = new Divided();
        listening.start(divided);
        insert(0, DOCUMENTS);
        listening.awaitIdle();
        listening.stop();
        insert(DOCUMENTS, DOCUMENTS);

        listening.start(divided);
        listening.awaitIdle();

        assertThat(divided.seen).hasSize(2 * DOCUMENTS);
        assertThat(divided.seen.values()).allMatch(List.of(0)::equals);
        assertThat(new MongoCheckpointStore(client, database.getName() + "_state")
                        .load(Set.of("divided", "divided|0/4", "divided|1/4", "divided|2/4", "divided|3/4"))
                        .block())
                .containsOnlyKeys("divided|0/4", "divided|1/4", "divided|2/4", "divided|3/4");
    }

    @Test
    void a_handler_that_is_divided_otherwise_goes_on_where_it_was() {
        Divided divided = new Divided();
        List<ChangeListenersBuilder> layouts = List.of(
                builder(divided, 1),
                builder(divided, 4),
                builder(divided, 8),
                builder(divided, 2),
                builder(divided, 8),
                builder(divided, 1));
        listening.start(layouts.get(0));
        listening.awaitIdle();

        for (int n = 0; n < layouts.size(); n++) {
            listening.stop();
            insert(n * DOCUMENTS, DOCUMENTS);
            listening.start(layouts.get(n));
            listening.awaitIdle();
        }

        assertThat(divided.seen).hasSize(layouts.size() * DOCUMENTS);
        assertThat(divided.seen.values()).allMatch(List.of(0)::equals);
    }

    @Test
    void no_transaction_for_the_partitions_that_were_commits_any_more() {
        listening.start(transactional(1));
        List<Double> terms = terms("divided");
        listening.stop();

        listening.start(transactional(4));
        insert(0, 1);
        listening.awaitIdle();

        assertThat(terms).isNotEmpty();
        assertThat(terms("divided"))
                .hasSameSizeAs(terms)
                .allSatisfy(term -> assertThat(term).isGreaterThan(terms.get(0)));
        assertThat(listening.listeners().status().handler("divided").counts().handled())
                .isEqualTo(1);
    }

    private ChangeListenersBuilder transactional(int partitions) {
        return listening
                .builder()
                .on("items")
                .id("divided")
                .partitions(partitions)
                .handleInTransaction((change, session) -> Mono.empty());
    }

    /** Of the documents that transactions for a partition write, and only while they hold its owner's term. */
    private List<Double> terms(String partitionId) {
        return Flux.from(client.getDatabase(database.getName() + "_state")
                        .getCollection("settled")
                        .find(Filters.eq("_id.fence", partitionId)))
                .map(fence -> fence.get("term", Number.class).doubleValue())
                .collectList()
                .block();
    }

    private ChangeListenersBuilder builder(Divided divided, int partitions) {
        return listening
                .builder()
                .on("items")
                .id("divided")
                .partitions(partitions)
                .handle(divided::changed);
    }

    @Test
    void the_status_tells_of_all_partitions_as_one_handler() {
        Divided divided = new Divided();
        listening.start(divided);
        insert(0, DOCUMENTS);
        listening.run(database.getCollection("other").insertOne(new Document()));
        listening.awaitIdle();

        HandlerStatus status = listening.listeners().status().handler("divided");

        assertThat(status.phase()).isEqualTo(HandlerStatus.Phase.LISTENING);
        assertThat(status.delivered()).isEqualTo(DOCUMENTS);
        assertThat(status.counts().handled()).isEqualTo(DOCUMENTS);
        assertThat(status.inFlight()).isZero();
        assertThat(status.position()).isNotNull();
    }

    @Test
    void a_handler_that_was_paused_goes_on_with_all_its_partitions_and_a_rewound_one_begins_anew() {
        Divided divided = new Divided();
        listening.start(divided);
        insert(0, 1);
        listening.awaitIdle();
        Document token = divided.tokens.get(0);
        listening.listeners().pause("divided");
        insert(1, DOCUMENTS);

        listening.listeners().resume("divided");
        listening.awaitIdle();
        assertThat(divided.seen).hasSize(DOCUMENTS + 1);

        listening.listeners().rewind("divided", token.toBsonDocument());
        listening.awaitIdle();
        assertThat(divided.seen.values().stream().filter(List.of(0, 0)::equals)).hasSize(DOCUMENTS);
    }

    @Test
    void no_more_changes_are_in_flight_than_without_partitions() {
        Slow slow = new Slow();
        listening.start(slow);

        insert(0, DOCUMENTS);
        await().until(() -> slow.begun.get() == 2);
        slow.goOn.tryEmitEmpty();
        listening.awaitIdle();

        assertThat(slow.begun).hasValue(DOCUMENTS);
        assertThat(slow.most).hasValue(2);
    }

    @Test
    void a_change_without_a_key_is_in_the_first_partition() {
        Divided divided = new Divided();
        listening.start(divided);
        insert(0, 1);

        listening.run(database.getCollection("items").drop());
        listening.awaitIdle();

        assertThat(divided.drops).hasValue(1);
    }

    @Test
    void a_dead_letter_is_replayed_in_its_partition() {
        Failing failing = new Failing();
        listening.start(failing);
        insert(0, DOCUMENTS);
        listening.awaitIdle();
        assertThat(listening.run(listening.listeners().deadLetters().count(DeadLetterFilter.all())))
                .isEqualTo((long) DOCUMENTS);

        failing.fails = false;
        listening.run(listening.listeners().deadLetters().replay(DeadLetterFilter.all()));

        await().until(() -> failing.handled.size() == DOCUMENTS);
        assertThat(listening.run(listening.listeners().deadLetters().count(DeadLetterFilter.all())))
                .isZero();
    }

    private void insert(int from, int count) {
        listening.run(items().insertMany(IntStream.range(from, from + count)
                .mapToObj(n -> new Document("_id", n).append("n", 0))
                .toList()));
    }

    private void update(int n) {
        listening.run(items().updateMany(Filters.empty(), Updates.set("n", n)));
    }

    private MongoCollection<Document> items() {
        return database.getCollection("items");
    }

    static final class Divided {

        final Map<Object, List<Integer>> seen = new ConcurrentHashMap<>();
        final List<Document> tokens = new CopyOnWriteArrayList<>();
        final AtomicInteger drops = new AtomicInteger();

        @OnChange(id = "divided", collection = "items", partitions = 4)
        void changed(ChangeEvent<Document> change) {
            if (change.documentKey() == null) {
                drops.addAndGet(change.operationName().equals("drop") ? 1 : 0);
                return;
            }
            tokens.add(Document.parse(change.resumeToken().toJson()));
            Document document = change.fullDocument();
            int n = document == null
                    ? change.updateDescription()
                            .getUpdatedFields()
                            .getInt32("n")
                            .getValue()
                    : document.getInteger("n");
            seen.computeIfAbsent(change.documentKey().get("_id"), any -> new CopyOnWriteArrayList<>())
                    .add(n);
        }
    }

    static final class Slow {

        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger now = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final Sinks.Empty<Void> goOn = Sinks.empty();

        @OnChange(id = "slow", collection = "items", operation = "insert", partitions = 8, concurrency = 2)
        Publisher<Void> changed(Document change) {
            return Mono.fromRunnable(() -> {
                        begun.incrementAndGet();
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    })
                    .then(goOn.asMono())
                    .doOnTerminate(now::decrementAndGet);
        }
    }

    static final class Failing {

        final Set<Object> handled = ConcurrentHashMap.newKeySet();
        volatile boolean fails = true;

        @OnChange(id = "failing", collection = "items", partitions = 4, retry = @Retry(attempts = 1))
        void changed(Document change) {
            if (fails) {
                throw new IllegalStateException("as planned");
            }
            handled.add(change.get("_id"));
        }
    }
}
