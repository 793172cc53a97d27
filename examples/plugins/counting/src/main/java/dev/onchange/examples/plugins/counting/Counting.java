package dev.onchange.examples.plugins.counting;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.examples.plugins.api.Journal;
import jakarta.inject.Inject;
import org.bson.Document;

/** Counts each order. */
public class Counting {

    private final Journal journal;
    private int count;

    @Inject
    Counting(Journal journal) {
        this.journal = journal;
    }

    @OnChange(id = "counting", collection = "orders", operation = "insert")
    void ordered(ChangeEvent<Document> change) {
        count++;
        journal.note("counted", change.documentKey().getInt32("_id").getValue(), "order number " + count);
    }
}
