package dev.onchange.faults;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long is waited for what must come. */
final class Patience {

    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

    private Patience() {}

    /** What does not come is left to be counted. */
    static void awaitUnlessLost(Callable<Boolean> allThere) {
        try {
            await().atMost(LIMIT).until(allThere);
        } catch (ConditionTimeoutException lost) {
            LOG.error("Not all has come", lost);
        }
    }
}
