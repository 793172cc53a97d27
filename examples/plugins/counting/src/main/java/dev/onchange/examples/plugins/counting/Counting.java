package dev.onchange.examples.plugins.counting;

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
    void ordered(Document order) {
        count++;
        journal.note("counted", order.getInteger("_id"), "order number " + count);
    }
}
