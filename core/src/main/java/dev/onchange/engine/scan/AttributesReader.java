package dev.onchange.engine.scan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Batch;
import dev.onchange.Coalesce;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Ordering;
import dev.onchange.Placeholders;
import dev.onchange.Recoverer;
import dev.onchange.Retry;
import dev.onchange.Scope;
import dev.onchange.Sharing;
import dev.onchange.StartFrom;
import dev.onchange.engine.scan.rule.Attributes;
import dev.onchange.engine.scan.rule.BatchAttributes;
import dev.onchange.engine.scan.rule.CallAttributes;
import dev.onchange.engine.scan.rule.CoalesceAttributes;
import dev.onchange.engine.scan.rule.RetryAttributes;
import dev.onchange.engine.scan.rule.StreamAttributes;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** Reads the attributes of one declaration, with placeholders resolved. Used once, by one thread. */
final class AttributesReader {

    private final AnnotationDeclaration declared;
    private final Placeholders placeholders;
    private final String where;
    private final List<Problem> problems = new ArrayList<>();

    AttributesReader(AnnotationDeclaration declared, Placeholders placeholders, String where) {
        this.declared = declared;
        this.placeholders = placeholders;
        this.where = where;
    }

    /** The attributes; a database that is not named is the given one, unless the deployment is watched. */
    Attributes read(String defaultDatabase) {
        OnChange own = declared.annotation();
        Scope scope = declared.value("scope", Scope.class, own.scope());
        String database = text("database", own.database());
        return new Attributes(
                text("id", own.id()),
                database.isEmpty() && scope != Scope.DEPLOYMENT ? defaultDatabase : database,
                text("collection", own.collection()),
                scope,
                operations(own),
                text("match", own.match()),
                texts("pipeline", own.pipeline()),
                declared.value("fullDocument", FullDocument.class, own.fullDocument()),
                declared.value(
                        "fullDocumentBeforeChange", FullDocumentBeforeChange.class, own.fullDocumentBeforeChange()),
                declared.value("expandedEvents", Boolean.class, own.expandedEvents()),
                declared.value("ordering", Ordering.class, own.ordering()),
                declared.value("concurrency", Integer.class, own.concurrency()),
                retry(),
                declared.value("exhausted", Exhausted.class, own.exhausted()),
                declared.value("startFrom", StartFrom.class, own.startFrom()),
                declared.value("transactional", Boolean.class, own.transactional()),
                declared.value("sharing", Sharing.class, own.sharing()),
                declared.value("partitions", Integer.class, own.partitions()),
                new CallAttributes(
                        text("enabled", own.enabled()), text("paused", own.paused()), text("timeout", own.timeout())),
                new StreamAttributes(text("comment", own.comment()), text("collation", own.collation())),
                batch(),
                new CoalesceAttributes(
                        declared.value("coalesce", Coalesce.class, own.coalesce()), text("quiet", own.quiet())));
    }

    /** The annotation's {@code retry}, which names classes. */
    static Retry retryOf(AnnotationDeclaration declared) {
        return declared.value("retry", Retry.class, declared.annotation().retry());
    }

    /** The annotation's {@code payload}; {@code void} if it names none. */
    static Class<?> payloadOf(AnnotationDeclaration declared) {
        return declared.value("payload", Class.class, declared.annotation().payload());
    }

    /** The annotation's {@code recoverer}. */
    @SuppressWarnings("unchecked")
    static RecoveryOptions recoveryOf(AnnotationDeclaration declared) {
        Class<?> type =
                declared.value("recoverer", Class.class, declared.annotation().recoverer());
        return type == Recoverer.class
                ? RecoveryOptions.DEFAULT
                : new RecoveryOptions((Class<? extends Recoverer>) type, null);
    }

    /** What could not be read. */
    List<Problem> problems() {
        return problems;
    }

    /** One text may name several operations, with commas, so that one placeholder can stand for all of them. */
    private List<String> operations(OnChange own) {
        List<String> operations = new ArrayList<>();
        for (String text : texts("operation", own.operation())) {
            operations.addAll(Attributes.operationsIn(text));
        }
        return operations;
    }

    private RetryAttributes retry() {
        RetryAttributes retry = RetryAttributes.of(retryOf(declared));
        return new RetryAttributes(
                retry.attempts(),
                resolved("retry.backoff", retry.backoff()),
                retry.multiplier(),
                resolved("retry.maxBackoff", retry.maxBackoff()),
                retry.jitter(),
                retry.exceptions());
    }

    private BatchAttributes batch() {
        Batch batch = declared.value("batch", Batch.class, declared.annotation().batch());
        return new BatchAttributes(batch.size(), resolved("batch.linger", batch.linger()));
    }

    private String text(String attribute, String own) {
        return resolved(attribute, declared.value(attribute, String.class, own));
    }

    private List<String> texts(String attribute, String[] own) {
        List<String> texts = new ArrayList<>();
        for (String text : declared.value(attribute, String[].class, own)) {
            texts.add(resolved(attribute, text));
        }
        return texts;
    }

    private String resolved(String attribute, String text) {
        if (!PlaceholderText.isIn(text)) {
            return text;
        }
        PlaceholderText placeholderText =
                PlaceholderText.of(placeholders, where + " @OnChange(" + attribute + ")", attribute, text);
        String resolved = placeholderText.resolved();
        problems.addAll(placeholderText.problems());
        return resolved;
    }
}
