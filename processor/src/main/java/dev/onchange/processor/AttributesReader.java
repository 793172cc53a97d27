package dev.onchange.processor;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Exhausted;
import dev.onchange.Ordering;
import dev.onchange.Retry;
import dev.onchange.Scope;
import dev.onchange.StartFrom;
import dev.onchange.scan.rule.Attributes;
import dev.onchange.scan.rule.Declaration;
import dev.onchange.scan.rule.RetryAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Reads the attributes of one {@code @OnChange} as they are written, placeholders and all. */
final class AttributesReader {

    private AttributesReader() {}

    static Attributes read(Mirror mirror) {
        return new Attributes(
                mirror.text("id"),
                mirror.text("database"),
                mirror.text("collection"),
                mirror.constant("scope", Scope.class),
                mirror.texts("operation").stream()
                        .flatMap(AttributesReader::operations)
                        .toList(),
                mirror.text("match"),
                mirror.texts("pipeline"),
                mirror.constant("fullDocument", FullDocument.class),
                mirror.constant("fullDocumentBeforeChange", FullDocumentBeforeChange.class),
                mirror.value("expandedEvents", Boolean.class),
                mirror.constant("ordering", Ordering.class),
                mirror.value("concurrency", Integer.class),
                mirror.nested("retry", Retry.class).map(AttributesReader::retry).orElse(RetryAttributes.DEFAULT),
                mirror.constant("exhausted", Exhausted.class),
                mirror.constant("startFrom", StartFrom.class),
                mirror.value("transactional", Boolean.class));
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
