package dev.onchange.examples.inventory.rows;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.examples.inventory.Journal;
import dev.onchange.examples.inventory.Shop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.Document;

/** Every operation that a server reports, with every field. */
final class Row10EventFormat implements Row {

    private static final List<String> OPERATIONS = List.of(
            "create",
            "create",
            "createIndexes",
            "insert",
            "update",
            "update",
            "replace",
            "delete",
            "insert (transaction)",
            "insert (transaction)",
            "modify",
            "dropIndexes",
            "rename",
            "drop",
            "drop",
            "dropDatabase",
            "invalidate");

    /** Without updateDescription.disambiguatedPaths, which servers before 6.1 do not send. */
    private static final Set<String> FIELDS = Set.of(
            "_id",
            "operationType",
            "clusterTime",
            "wallTime",
            "collectionUUID",
            "ns",
            "to",
            "documentKey",
            "fullDocument",
            "fullDocumentBeforeChange",
            "updateDescription",
            "updateDescription.updatedFields",
            "updateDescription.removedFields",
            "updateDescription.truncatedArrays",
            "operationDescription",
            "lsid",
            "txnNumber");

    @Override
    public int number() {
        return 10;
    }

    @Override
    public String title() {
        return "Event format";
    }

    @Override
    public String declares() {
        return "every operation, with expanded events and pre-images";
    }

    record Everything(Journal operations, List<String> table, Set<String> fields) {

        @OnChange(
                id = "everything",
                expandedEvents = true,
                fullDocument = FullDocument.UPDATE_LOOKUP,
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE)
        void happened(ChangeEvent<Document> change) {
            BsonDocument event = change.raw();
            fields.addAll(event.keySet());
            event.getDocument("updateDescription", new BsonDocument())
                    .keySet()
                    .forEach(field -> fields.add("updateDescription." + field));
            table.add("%-13s %s".formatted(change.operationName(), String.join(" ", event.keySet())));
            operations.add(change.operationName() + (change.transaction() == null ? "" : " (transaction)"));
        }
    }

    @Override
    public Result run(Shop shop) {
        Everything everything =
                new Everything(new Journal(), new CopyOnWriteArrayList<>(), new ConcurrentSkipListSet<>());
        try (ChangeListeners listeners = shop.listeners(everything).start()) {
            new EveryOperation(shop).perform();
            everything.operations().await(OPERATIONS.size());
        }
        Set<String> missing = new TreeSet<>(FIELDS);
        missing.removeAll(everything.fields());
        List<String> expected = new ArrayList<>(OPERATIONS);
        expected.add("missing fields []");
        List<String> received = new ArrayList<>(everything.operations().lines());
        received.add("missing fields " + missing);
        return new Result(Declared.by(Everything.class), expected, received, everything.table());
    }
}
