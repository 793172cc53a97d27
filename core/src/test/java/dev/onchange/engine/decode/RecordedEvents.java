package dev.onchange.engine.decode;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.ChangeStreamPreAndPostImagesOptions;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One change of every kind, as a real server reports it. */
final class RecordedEvents {

    private static final String ITEMS = "items";

    private final List<RawBsonDocument> events = new CopyOnWriteArrayList<>();
    private final MongoClient client;
    private final MongoDatabase database;

    private RecordedEvents(MongoClient client, String database) {
        this.client = client;
        this.database = client.getDatabase(database);
    }

    /** Makes the changes in a database of that name, which must not exist, and is dropped in the end. */
    static List<RawBsonDocument> record(MongoClient client, String database) {
        RecordedEvents recorded = new RecordedEvents(client, database);
        Disposable stream = recorded.open();
        try {
            recorded.create();
            recorded.changeDocuments();
            recorded.changeInTransaction();
            recorded.changeCollection();
            recorded.await("invalidate");
        } finally {
            stream.dispose();
        }
        return new ArrayList<>(recorded.events);
    }

    private Disposable open() {
        // What was written before the stream was open is seen too: the changes begin at a time that is known.
        Document now = done(client.getDatabase("admin").runCommand(new Document("ping", 1)));
        return Flux.from(database.watch(RawBsonDocument.class)
                        .startAtOperationTime(now.get("operationTime", BsonTimestamp.class))
                        .fullDocument(FullDocument.WHEN_AVAILABLE)
                        .fullDocumentBeforeChange(FullDocumentBeforeChange.WHEN_AVAILABLE)
                        .showExpandedEvents(true)
                        .withDocumentClass(RawBsonDocument.class))
                .subscribe(events::add);
    }

    private void create() {
        run(database.createCollection(
                ITEMS,
                new CreateCollectionOptions()
                        .changeStreamPreAndPostImagesOptions(new ChangeStreamPreAndPostImagesOptions(true))));
    }

    private void changeDocuments() {
        MongoCollection<Document> items = database.getCollection(ITEMS);
        Document first = Document.parse("{_id: 1, sku: 'a', qty: 3, sizes: {'1': 4}, old: true}");
        first.append("tags", Collections.nCopies(20, "a tag of some length"));
        run(items.insertOne(first));
        run(items.updateOne(id(1), Document.parse("{$set: {qty: 2, 'sizes.1': 5}, $unset: {old: ''}}")));
        // Where the difference is small against the document, a pipeline is reported as an update, not as a replace.
        run(items.updateOne(id(1), List.of(Document.parse("{$set: {tags: {$slice: ['$tags', 15]}}}"))));
        run(items.replaceOne(id(1), Document.parse("{sku: 'b', qty: 1}")));
        run(items.deleteOne(id(1)));
    }

    private void changeInTransaction() {
        ClientSession session = done(client.startSession());
        session.startTransaction();
        MongoCollection<Document> items = database.getCollection(ITEMS);
        run(items.insertOne(session, Document.parse("{_id: 2, sku: 'c', qty: 7}")));
        run(items.updateOne(session, id(2), Document.parse("{$inc: {qty: 1}}")));
        run(items.deleteOne(session, id(2)));
        run(session.commitTransaction());
        session.close();
    }

    private void changeCollection() {
        MongoCollection<Document> items = database.getCollection(ITEMS);
        run(items.createIndex(Document.parse("{sku: 1}")));
        run(database.runCommand(Document.parse("{collMod: 'items', index: {name: 'sku_1', hidden: true}}")));
        run(items.dropIndex("sku_1"));
        run(items.renameCollection(new MongoNamespace(database.getName(), "renamed")));
        run(database.getCollection("renamed").drop());
        run(database.createCollection("last"));
        run(database.drop());
    }

    private void await(String operation) {
        Awaitility.await()
                .until(() -> events.stream()
                        .anyMatch(event ->
                                event.getString("operationType").getValue().equals(operation)));
    }

    private static Document id(int id) {
        return new Document("_id", id);
    }

    private static void run(Publisher<?> publisher) {
        Flux.from(publisher).blockLast();
    }

    private static <T> T done(Publisher<T> publisher) {
        return Mono.from(publisher).block();
    }
}
