package dev.onchange.engine.scan.rule;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Exhausted;
import dev.onchange.Ordering;
import dev.onchange.Scope;
import dev.onchange.Sharing;
import dev.onchange.StartFrom;
import java.util.Arrays;
import java.util.List;

/**
 * The attributes of one {@code @OnChange} that name no class, each as the annotation describes it.
 *
 * @param database empty if neither the annotation nor the listeners name one
 * @param operations one name each
 */
public record Attributes(
        String id,
        String database,
        String collection,
        Scope scope,
        List<String> operations,
        String match,
        List<String> pipeline,
        FullDocument fullDocument,
        FullDocumentBeforeChange fullDocumentBeforeChange,
        boolean expandedEvents,
        Ordering ordering,
        int concurrency,
        RetryAttributes retry,
        Exhausted exhausted,
        StartFrom startFrom,
        boolean transactional,
        Sharing sharing,
        int partitions,
        CallAttributes calls,
        StreamAttributes stream,
        BatchAttributes batch,
        CoalesceAttributes coalescing) {

    public Attributes {
        operations = List.copyOf(operations);
        pipeline = List.copyOf(pipeline);
    }

    /** The operations that one text names, with commas between them. */
    public static List<String> operationsIn(String text) {
        return text.indexOf(',') < 0
                ? List.of(text.strip())
                : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    /** The scope without {@code AUTO}. */
    public Scope effectiveScope() {
        if (scope != Scope.AUTO) {
            return scope;
        }
        return collection.isEmpty() ? Scope.DATABASE : Scope.COLLECTION;
    }
}
