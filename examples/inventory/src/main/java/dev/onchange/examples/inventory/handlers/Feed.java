package dev.onchange.examples.inventory.handlers;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.OnChange;
import dev.onchange.examples.inventory.Journal;
import jakarta.inject.Inject;
import org.bson.Document;

/**
 * Tells others about the inventory, in a shape of its own that the server makes: the token stays as {@code _id}, all
 * else is what the pipeline says.
 */
public final class Feed {

    private static final String FIELDS = "{ $set: { a: '$fullDocument.qty', b: '$operationType' } }";
    private static final String SHAPE = "{ $project: { fullDocument_id: '$fullDocument._id', a: 1, b: 1 } }";

    private final Journal journal;

    /** @param journal who is told */
    @Inject
    public Feed(Journal journal) {
        this.journal = journal;
    }

    /** The shape as a record. */
    public record Line(String fullDocument_id, int a, String b) {}

    /** The shape as a class. */
    public static final class Entry {
        public String fullDocument_id = "";
        public int a;
        public String b = "";
    }

    @OnChange(
            id = "feed.document",
            collection = "inventory",
            pipeline = {FIELDS, SHAPE},
            fullDocument = FullDocument.UPDATE_LOOKUP)
    void document(Document row) {
        journal.add("Document " + row.get("fullDocument_id") + " " + row.get("a") + " " + row.get("b")
                + (row.containsKey("_id") ? "" : " without _id"));
    }

    @OnChange(
            id = "feed.record",
            collection = "inventory",
            pipeline = {FIELDS, SHAPE},
            fullDocument = FullDocument.UPDATE_LOOKUP)
    void record(Line row) {
        journal.add("record " + row.fullDocument_id() + " " + row.a() + " " + row.b());
    }

    @OnChange(
            id = "feed.class",
            collection = "inventory",
            pipeline = {FIELDS, SHAPE},
            fullDocument = FullDocument.UPDATE_LOOKUP)
    void type(Entry row) {
        journal.add("class " + row.fullDocument_id + " " + row.a + " " + row.b);
    }
}
