package dev.onchange.examples.inventory.rows;

import dev.onchange.ChangeListeners;
import dev.onchange.examples.inventory.Shop;
import java.util.List;

/** Goes on after a token that the user gives. */
final class Row07ResumeAfter implements Row {

    @Override
    public int number() {
        return 7;
    }

    @Override
    public String title() {
        return "resumeAfter";
    }

    @Override
    public String declares() {
        return "resumeAfter the token of \"one\"";
    }

    @Override
    public Result run(Shop shop) {
        Arrivals first = new Arrivals();
        try (ChangeListeners listeners = shop.listeners(first).start()) {
            List.of("one", "two", "three").forEach(item -> shop.insert(item, 1));
            first.journal().await(3);
        }
        Arrivals again = new Arrivals();
        try (ChangeListeners listeners = shop.listeners(again)
                .resumeAfter(Arrivals.ID, first.tokens().get(0))
                .start()) {
            again.journal().await(2);
        }
        return new Result(
                "resumeAfter(\"arrivals\", token of \"one\") for " + Declared.by(Arrivals.class),
                List.of("insert two", "insert three"),
                again.journal().lines());
    }
}
