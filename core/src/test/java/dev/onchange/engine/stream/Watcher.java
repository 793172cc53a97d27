package dev.onchange.engine.stream;

import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.Scope;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.engine.timing.Backoff;
import dev.onchange.engine.timing.Timing;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.ListenerEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A client with a database of its own, the streams that it opens, and what it hears of them. */
final class Watcher implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final LocalMongo mongo;
    private final String name = "stream" + NUMBERS.incrementAndGet();
    private final Traffic traffic = new Traffic();
    private final MongoClient client;
    private final ChangeStreams streams;
    private final List<ListenerEvent> events = new CopyOnWriteArrayList<>();
    private final List<Listening> listening = new ArrayList<>();

    private Watcher(LocalMongo mongo, StreamSettings settings, boolean instrumented, String uri) {
        this.mongo = mongo;
        MongoClientSettings plain = traffic.watch(MongoClientSettings.builder())
                .applyConnectionString(new ConnectionString(uri))
                .applicationName(name)
                .applyToServerSettings(server -> server.minHeartbeatFrequency(50, TimeUnit.MILLISECONDS)
                        .heartbeatFrequency(200, TimeUnit.MILLISECONDS))
                .build();
        this.client = MongoClients.create(instrumented ? CommandTap.instrument(plain) : plain);
        this.streams = new ChangeStreams(
                client, settings, Timing.onSharedSchedulers(Clock.systemUTC(), new Random(1)), events::add);
    }

    static StreamSettings settings() {
        return StreamSettings.defaults()
                .withMaxAwaitTime(Duration.ofMillis(100))
                .withBackoff(new Backoff(Duration.ofMillis(10), 2, Duration.ofMillis(75), 1 / 3.0));
    }

    static Watcher of(LocalMongo mongo) {
        return of(mongo, settings());
    }

    static Watcher of(LocalMongo mongo, StreamSettings settings) {
        return new Watcher(mongo, settings, true, mongo.connectionString());
    }

    /** With a client that tells nothing. */
    static Watcher untapped(LocalMongo mongo, StreamSettings settings) {
        return new Watcher(mongo, settings, false, mongo.connectionString());
    }

    /** By another address, or with another account. */
    static Watcher at(String uri, LocalMongo mongo, StreamSettings settings) {
        return new Watcher(mongo, settings, true, uri);
    }

    MongoClient client() {
        return client;
    }

    Traffic traffic() {
        return traffic;
    }

    ChangeStreams streams() {
        return streams;
    }

    MongoDatabase database() {
        return client.getDatabase(name);
    }

    MongoCollection<Document> collection(String collection) {
        return database().getCollection(collection);
    }

    void insert(String collection, Object id) {
        block(collection(collection).insertOne(new Document("_id", id)));
    }

    /** With the numbers from 0 on as their keys. */
    void insertMany(String collection, int number) {
        block(collection(collection)
                .insertMany(IntStream.range(0, number)
                        .mapToObj(i -> new Document("_id", i))
                        .toList()));
    }

    Position now() {
        return streams.now().block(PATIENCE);
    }

    List<ListenerEvent> events() {
        return events;
    }

    <E extends ListenerEvent> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <E extends ListenerEvent> E awaitEvent(Class<E> type) {
        await().atMost(PATIENCE).until(() -> !events(type).isEmpty());
        return events(type).get(0);
    }

    StreamPlan collectionPlan(String collection, String... stages) {
        return plan(new WatchedScope(Scope.COLLECTION, name, collection), options(), stages);
    }

    StreamPlan databasePlan(String... stages) {
        return plan(new WatchedScope(Scope.DATABASE, name, ""), options(), stages);
    }

    StreamPlan deploymentPlan(String... stages) {
        return plan(new WatchedScope(Scope.DEPLOYMENT, "", ""), options(), stages);
    }

    static DocumentOptions options() {
        return new DocumentOptions(FullDocument.DEFAULT, FullDocumentBeforeChange.DEFAULT, false);
    }

    static StreamPlan plan(WatchedScope scope, DocumentOptions options, String... stages) {
        List<BsonDocument> pipeline = new ArrayList<>();
        for (String stage : stages) {
            pipeline.add(BsonDocument.parse(stage));
        }
        String fingerprint = scope + " " + options + " " + pipeline;
        return new StreamPlan("the stream", scope, options, pipeline, fingerprint, List.of(), "");
    }

    /** From now on, and open. */
    Listening listen(StreamPlan plan) {
        Listening begun = listen(plan, new StreamStart.After(now()));
        begun.stream().opened().block(PATIENCE);
        return begun;
    }

    Listening listen(StreamPlan plan, StreamStart start) {
        return listen(plan, start, StreamHandlers.UNKNOWN);
    }

    Listening listen(StreamPlan plan, StreamStart start, StreamHandlers handlers) {
        Listening begun = new Listening(streams.open(plan, start), Long.MAX_VALUE, handlers);
        listening.add(begun);
        return begun;
    }

    /** Makes commands of this client fail. */
    FailPoint fail(int times, String command, String how) {
        return fail(times, List.of(command), how);
    }

    FailPoint fail(int times, List<String> commands, String how) {
        Document data = Document.parse(how).append("failCommands", commands).append("appName", name);
        return mongo.failPoint("failCommand", new Document("times", times), data);
    }

    /** How many cursors of this client's streams the server has open, in use or not. */
    long cursorsOpen() {
        Document idle = new Document("$currentOp", new Document("idleCursors", true).append("allUsers", true));
        Document ours = new Document(
                "$match",
                new Document("cursor.originatingCommand.comment", new Document("$regex", "^onchange "))
                        .append("cursor.originatingCommand.$db", new Document("$in", List.of(name, "admin"))));
        return block(Mono.from(client.getDatabase("admin")
                        .aggregate(List.of(idle, ours))
                        .first())
                .map(found -> 1L)
                .defaultIfEmpty(0L));
    }

    static <T> T block(Publisher<T> publisher) {
        return Mono.from(publisher).block(PATIENCE);
    }

    @Override
    public void close() {
        for (Listening each : listening) {
            each.close();
        }
        client.close();
    }
}
