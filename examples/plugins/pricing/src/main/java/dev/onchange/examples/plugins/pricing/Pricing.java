package dev.onchange.examples.plugins.pricing;

import dev.onchange.OnChange;
import dev.onchange.examples.plugins.api.Journal;
import jakarta.inject.Inject;

/** Prices each order. */
public class Pricing {

    record Order(int _id, int pieces) {}

    private final Journal journal;

    @Inject
    Pricing(Journal journal) {
        this.journal = journal;
    }

    @OnChange(id = "pricing", collection = "orders", operation = "insert")
    void ordered(Order order) {
        journal.note("full price", order._id(), order.pieces() * 10 + " for " + order.pieces());
    }
}
