package dev.onchange.engine.plan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Exhausted;
import dev.onchange.FailureRules;
import dev.onchange.Ordering;
import dev.onchange.RetryPolicy;
import dev.onchange.Scope;
import dev.onchange.Sharing;
import dev.onchange.StartFrom;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.scan.BatchOptions;
import dev.onchange.engine.scan.CallOptions;
import dev.onchange.engine.scan.CoalesceOptions;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.FoundBy;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.HandlerTarget;
import dev.onchange.engine.scan.RecoveryOptions;
import dev.onchange.engine.scan.SharingOptions;
import dev.onchange.engine.scan.StreamOptions;
import dev.onchange.engine.scan.WatchedScope;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Declares a handler, with what a test varies. */
public final class Declared {

    private final String id;
    private final WatchedScope watched;
    private Set<String> operations = Set.of();
    private String match = "";
    private List<String> pipeline = List.of();
    private FullDocument fullDocument = FullDocument.DEFAULT;
    private FullDocumentBeforeChange before = FullDocumentBeforeChange.DEFAULT;
    private boolean expanded;
    private Ordering ordering = Ordering.BY_KEY;
    private int concurrency = 1;
    private RetryPolicy retry = attempts(1);
    private Exhausted exhausted = Exhausted.STOP;
    private boolean transactional;
    private StartFrom startFrom = StartFrom.NOW;
    private int partitions = 1;
    private @Nullable BatchOptions batch;
    private @Nullable CoalesceOptions coalescing;

    private Declared(String id, WatchedScope watched) {
        this.id = id;
        this.watched = watched;
    }

    /** Of {@code shop.items}. */
    public static Declared handler(String id) {
        return collection(id, "shop", "items");
    }

    public static Declared collection(String id, String database, String collection) {
        return new Declared(id, new WatchedScope(Scope.COLLECTION, database, collection));
    }

    public static Declared database(String id, String database) {
        return new Declared(id, new WatchedScope(Scope.DATABASE, database, ""));
    }

    public static Declared deployment(String id) {
        return new Declared(id, new WatchedScope(Scope.DEPLOYMENT, "", ""));
    }

    /** So many attempts, a second after the first, twice as long after each further one. */
    public static RetryPolicy attempts(int count) {
        return new RetryPolicy(count, Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0, FailureRules.RETRY_ALL);
    }

    public Declared on(String... names) {
        operations = Set.of(names);
        return this;
    }

    public Declared matching(String filter) {
        match = filter;
        return this;
    }

    public Declared shaped(String... stages) {
        pipeline = List.of(stages);
        return this;
    }

    public Declared with(FullDocument mode) {
        fullDocument = mode;
        return this;
    }

    public Declared with(FullDocumentBeforeChange mode) {
        before = mode;
        return this;
    }

    public Declared expanded() {
        expanded = true;
        return this;
    }

    public Declared ordered(Ordering order) {
        ordering = order;
        return this;
    }

    public Declared concurrency(int lanes) {
        concurrency = lanes;
        return this;
    }

    public Declared retrying(RetryPolicy policy) {
        retry = policy;
        return this;
    }

    public Declared whenExhausted(Exhausted what) {
        exhausted = what;
        return this;
    }

    public Declared startingFrom(StartFrom where) {
        startFrom = where;
        return this;
    }

    public Declared partitions(int parts) {
        partitions = parts;
        return this;
    }

    public Declared batched(int size, Duration linger) {
        batch = new BatchOptions(size, linger);
        return this;
    }

    public Declared coalescing(Duration quiet) {
        coalescing = new CoalesceOptions(quiet);
        return this;
    }

    public Declared transactional() {
        transactional = true;
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
                ordering,
                concurrency,
                retry,
                exhausted,
                startFrom,
                transactional,
                new SharingOptions(Sharing.COMPETING, partitions),
                CallOptions.DEFAULT,
                StreamOptions.DEFAULT,
                RecoveryOptions.DEFAULT,
                batch,
                coalescing);
    }

    public PlannedHandler planned() {
        return new PlannedHandler(spec(), match.isEmpty() ? null : Match.parse(match));
    }
}
