package dev.onchange.faults;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long is waited for what must come. */
final class Patience {

    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

    private Patience() {}

    /** The same, as long as more and more is there: a backlog takes its time on a busy machine. */
    static void awaitUnlessLost(LongSupplier there, long all) {
        try {
            for (long now = there.getAsLong(); now < all; now = there.getAsLong()) {
                long before = now;
                await().atMost(LIMIT).until(() -> there.getAsLong() > before);
            }
        } catch (ConditionTimeoutException lost) {
            LOG.error("Not all has come", lost);
        }
    }

    /** What does not come is left to be counted. */
    static void awaitUnlessLost(Callable<Boolean> allThere) {
        try {
            await().atMost(LIMIT).until(allThere);
        } catch (ConditionTimeoutException lost) {
            LOG.error("Not all has come", lost);
        }
    }
}
