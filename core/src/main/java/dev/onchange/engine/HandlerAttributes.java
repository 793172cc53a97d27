package dev.onchange.engine;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.DeclaredHandler;
import dev.onchange.Exhausted;
import dev.onchange.Ordering;
import dev.onchange.RetryPolicy;
import dev.onchange.StartFrom;
import dev.onchange.engine.scan.BatchOptions;
import dev.onchange.engine.scan.CoalesceOptions;
import dev.onchange.engine.scan.HandlerSpec;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Describes a handler by the attributes that it declares. */
final class HandlerAttributes {

    private static final Set<Type> NO_PAYLOADS = Set.of(void.class, Object.class, Document.class);

    private final Map<String, String> attributes = new LinkedHashMap<>();

    private HandlerAttributes() {}

    static DeclaredHandler of(HandlerSpec handler) {
        HandlerAttributes described = new HandlerAttributes();
        described.changes(handler);
        described.calls(handler);
        return new DeclaredHandler(handler.id(), handler.where(), described.attributes);
    }

    private void changes(HandlerSpec handler) {
        put("scope", handler.watched().scope().name());
        put("database", handler.watched().database());
        put("collection", handler.watched().collection());
        put("operation", String.join(", ", new TreeSet<>(handler.operations())));
        put("match", handler.match());
        put("pipeline", String.join(", ", handler.pipeline()));
        putUnless(FullDocument.DEFAULT, "fullDocument", handler.documents().fullDocument());
        putUnless(
                FullDocumentBeforeChange.DEFAULT,
                "fullDocumentBeforeChange",
                handler.documents().fullDocumentBeforeChange());
        putUnless(false, "expandedEvents", handler.documents().expandedEvents());
        if (!NO_PAYLOADS.contains(handler.payload())) {
            put("payload", handler.payload().getTypeName());
        }
        put("comment", handler.stream().comment());
        putUnless(null, "collation", handler.stream().collation());
    }

    private void calls(HandlerSpec handler) {
        putUnless(Ordering.BY_KEY, "ordering", handler.ordering());
        putUnless(1, "concurrency", handler.concurrency());
        if (handler.sharing().isBroadcast()) {
            put("sharing", handler.sharing().sharing().name());
        }
        putUnless(1, "partitions", handler.sharing().partitions());
        putUnless(null, "timeout", handler.calls().timeout());
        put("retry", retry(handler.retry()));
        putUnless(Exhausted.DEAD_LETTER, "exhausted", handler.exhausted());
        putUnless(StartFrom.NOW, "startFrom", handler.startFrom());
        putUnless(false, "transactional", handler.transactional());
        BatchOptions batch = handler.batch();
        if (batch != null) {
            put("batch", batch.size() + " changes, linger " + batch.linger());
        }
        CoalesceOptions coalescing = handler.coalescing();
        if (coalescing != null) {
            put("coalesce", "LATEST");
            put("quiet", coalescing.quiet().toString());
        }
    }

    private static String retry(RetryPolicy policy) {
        return policy.attempts() + " attempts, " + policy.backoff() + " after the first, then " + policy.multiplier()
                + " times as long, " + policy.maxBackoff() + " at most";
    }

    private void put(String name, String value) {
        if (!value.isEmpty()) {
            attributes.put(name, value);
        }
    }

    private void putUnless(@Nullable Object usual, String name, @Nullable Object value) {
        if (value != null && !value.equals(usual)) {
            attributes.put(name, value.toString());
        }
    }
}
