package dev.onchange.engine.lookup;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.stream.ChangeEnricher;
import dev.onchange.engine.stream.StreamSettings;
import java.time.Duration;

/** Serves {@code UPDATE_LOOKUP} on streams that the server leaves plain. Safe for use by several threads. */
public final class LookUps {

    private final LookUpLimits limits;
    private final DocumentFinder finder;

    /** @param client reads the documents, with its own read preference; stays the caller's to close */
    public LookUps(MongoClient client, LookUpLimits limits) {
        this(client, limits, StreamSettings.DEFAULT_ANSWER_TIMEOUT);
    }

    /** @param answerTimeout how long a query may take before its connection counts as dead and the stream as broken */
    public LookUps(MongoClient client, LookUpLimits limits, Duration answerTimeout) {
        this.limits = limits;
        this.finder = new DocumentFinder(client, answerTimeout);
    }

    /** Adds current documents to the changes of that stream; adds nothing if no handler of the stream asks for them. */
    public ChangeEnricher of(StreamPlan plan) {
        return plan.looksUp()
                ? changes -> new LookUpFlux(changes, new LookUpFilters(plan), finder, limits)
                : ChangeEnricher.NONE;
    }
}
