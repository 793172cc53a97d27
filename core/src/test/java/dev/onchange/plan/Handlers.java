package dev.onchange.plan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Exhausted;
import dev.onchange.Ordering;
import dev.onchange.Scope;
import dev.onchange.StartFrom;
import dev.onchange.retry.FailureRules;
import dev.onchange.retry.RetryPolicy;
import dev.onchange.scan.DocumentOptions;
import dev.onchange.scan.FoundBy;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.scan.HandlerTarget;
import dev.onchange.scan.Watched;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.bson.Document;

/** Declares handlers for tests of plans and checks. */
public final class Handlers {

    private final String id;
    private final Watched watched;
    private Set<String> operations = Set.of();
    private String match = "";
    private List<String> pipeline = List.of();
    private FullDocument fullDocument = FullDocument.DEFAULT;
    private FullDocumentBeforeChange before = FullDocumentBeforeChange.DEFAULT;
    private boolean expanded;

    private Handlers(String id, Watched watched) {
        this.id = id;
        this.watched = watched;
    }

    public static Handlers collection(String id, String database, String collection) {
        return new Handlers(id, new Watched(Scope.COLLECTION, database, collection));
    }

    public static Handlers database(String id, String database) {
        return new Handlers(id, new Watched(Scope.DATABASE, database, ""));
    }

    public static Handlers deployment(String id) {
        return new Handlers(id, new Watched(Scope.DEPLOYMENT, "", ""));
    }

    public Handlers on(String... names) {
        operations = Set.of(names);
        return this;
    }

    public Handlers matching(String filter) {
        match = filter;
        return this;
    }

    public Handlers shaped(String... stages) {
        pipeline = List.of(stages);
        return this;
    }

    public Handlers with(FullDocument mode) {
        fullDocument = mode;
        return this;
    }

    public Handlers with(FullDocumentBeforeChange mode) {
        before = mode;
        return this;
    }

    public Handlers expanded() {
        expanded = true;
        return this;
    }

    public HandlerSpec spec() {
        return new HandlerSpec(
                id,
                new HandlerTarget.OfFunction(id, change -> null),
                FoundBy.FUNCTION,
                watched,
                operations,
                match,
                pipeline,
                new DocumentOptions(fullDocument, before, expanded),
                Document.class,
                Ordering.BY_KEY,
                1,
                new RetryPolicy(1, Duration.ofMillis(1), 1, Duration.ofMillis(1), 0, FailureRules.RETRY_ALL),
                Exhausted.DEAD_LETTER,
                StartFrom.NOW,
                false);
    }
}
