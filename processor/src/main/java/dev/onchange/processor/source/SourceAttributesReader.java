package dev.onchange.processor.source;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Batch;
import dev.onchange.Coalesce;
import dev.onchange.Exhausted;
import dev.onchange.Ordering;
import dev.onchange.Retry;
import dev.onchange.Scope;
import dev.onchange.Sharing;
import dev.onchange.StartFrom;
import dev.onchange.engine.scan.rule.Attributes;
import dev.onchange.engine.scan.rule.BatchAttributes;
import dev.onchange.engine.scan.rule.CallAttributes;
import dev.onchange.engine.scan.rule.CoalesceAttributes;
import dev.onchange.engine.scan.rule.Declaration;
import dev.onchange.engine.scan.rule.RetryAttributes;
import dev.onchange.engine.scan.rule.StreamAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Reads the attributes of one {@code @OnChange} as they are written, placeholders and all. */
final class SourceAttributesReader {

    private SourceAttributesReader() {}

    static Attributes read(Declared declared) {
        return new Attributes(
                declared.text("id"),
                declared.text("database"),
                declared.text("collection"),
                declared.constant("scope", Scope.class),
                declared.texts("operation").stream()
                        .flatMap(SourceAttributesReader::operations)
                        .toList(),
                declared.text("match"),
                declared.texts("pipeline"),
                declared.constant("fullDocument", FullDocument.class),
                declared.constant("fullDocumentBeforeChange", FullDocumentBeforeChange.class),
                declared.value("expandedEvents", Boolean.class),
                declared.constant("ordering", Ordering.class),
                declared.value("concurrency", Integer.class),
                declared.nested("retry", Retry.class)
                        .map(SourceAttributesReader::retry)
                        .orElse(RetryAttributes.DEFAULT),
                declared.constant("exhausted", Exhausted.class),
                declared.constant("startFrom", StartFrom.class),
                declared.value("transactional", Boolean.class),
                declared.constant("sharing", Sharing.class),
                declared.value("partitions", Integer.class),
                new CallAttributes(declared.text("enabled"), declared.text("paused"), declared.text("timeout")),
                new StreamAttributes(declared.text("comment"), declared.text("collation")),
                declared.nested("batch", Batch.class)
                        .map(batch -> new BatchAttributes(batch.value("size", Integer.class), batch.text("linger")))
                        .orElse(BatchAttributes.NONE),
                new CoalesceAttributes(declared.constant("coalesce", Coalesce.class), declared.text("quiet")));
    }

    /** A comma in a placeholder's default is not yet one between operations. */
    private static Stream<String> operations(String text) {
        List<String> names = Declaration.isOpen(text) ? List.of(text) : Attributes.operationsIn(text);
        return names.stream();
    }

    private static RetryAttributes retry(Mirror retry) {
        return new RetryAttributes(
                retry.value("attempts", Integer.class),
                retry.text("backoff"),
                retry.value("multiplier", Double.class),
                retry.text("maxBackoff"),
                retry.value("jitter", Double.class),
                new RetryAttributes.Exceptions(retry.types("on"), retry.types("except"), retry.types("stopOn")));
    }
}
