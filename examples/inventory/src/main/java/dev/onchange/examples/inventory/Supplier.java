package dev.onchange.examples.inventory;

import dev.onchange.OnChange;
import dev.onchange.Retry;
import java.time.Clock;
import java.time.ZoneOffset;

/** Is asked for what has almost run out, and answers every other minute only: what fails is to be replayed when he does. */
final class Supplier {

    private final Clock clock;

    Supplier(Clock clock) {
        this.clock = clock;
    }

    @OnChange(
            id = "supplier",
            collection = "inventory",
            operation = "update",
            match = "{ 'updateDescription.updatedFields.qty': { $lte: 3 } }",
            retry = @Retry(attempts = 2, backoff = "1s"))
    void order() {
        if (clock.instant().atZone(ZoneOffset.UTC).getMinute() % 2 == 1) {
            throw new IllegalStateException("the supplier does not answer; he will in a minute");
        }
    }
}
