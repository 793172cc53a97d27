package dev.onchange.engine.scan;

import dev.onchange.Exhausted;
import dev.onchange.HandlerDescriptor;
import dev.onchange.Ordering;
import dev.onchange.RetryPolicy;
import dev.onchange.StartFrom;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Set;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One handler as it was declared, with placeholders resolved and defaults filled in.
 *
 * @param id the identity under which its position is kept; unique among the handlers of one {@code ChangeListeners}
 * @param target the method or function to call
 * @param foundBy how it was found
 * @param watched the collection, database or deployment to watch
 * @param operations the server's operation names; empty for all
 * @param match the filter as written; empty for none
 * @param pipeline own stages as written, each a JSON document or all in one JSON array; empty for none
 * @param documents which documents the server is to attach, and whether it reports expanded events
 * @param payload the type to which documents are decoded
 * @param ordering the order in which changes reach it
 * @param concurrency how many changes it may work on at a time; at least 1
 * @param retry what follows a failure
 * @param exhausted what follows the last failure
 * @param startFrom where it begins without a position
 * @param transactional whether its writes commit together with its position
 * @param sharing which instances its changes reach
 * @param calls when and for how long it is called
 * @param stream what it asks of the command that opens its stream
 * @param recovery who answers when its attempts are exhausted
 * @param batch how many changes a call gets; null for one
 * @param coalescing whether newer changes of a document take the place of older ones; null if not
 */
public record HandlerSpec(
        String id,
        HandlerTarget target,
        FoundBy foundBy,
        WatchedScope watched,
        Set<String> operations,
        String match,
        List<String> pipeline,
        DocumentOptions documents,
        Type payload,
        Ordering ordering,
        int concurrency,
        RetryPolicy retry,
        Exhausted exhausted,
        StartFrom startFrom,
        boolean transactional,
        SharingOptions sharing,
        CallOptions calls,
        StreamOptions stream,
        RecoveryOptions recovery,
        @Nullable BatchOptions batch,
        @Nullable CoalesceOptions coalescing)
        implements HandlerDescriptor {

    public HandlerSpec {
        operations = Set.copyOf(operations);
        pipeline = List.copyOf(pipeline);
    }

    /** The same, found in another way. */
    HandlerSpec foundBy(FoundBy other) {
        return with(target, other, payload, retry, recovery);
    }

    /** The same without the classes and objects of the user's that it names. */
    public HandlerSpec withoutClasses() {
        return with(
                new HandlerTarget.Named(id),
                foundBy,
                RawBsonDocument.class,
                RetryPolicy.DEFAULT,
                RecoveryOptions.DEFAULT);
    }

    private HandlerSpec with(
            HandlerTarget otherTarget,
            FoundBy otherFoundBy,
            Type otherPayload,
            RetryPolicy otherRetry,
            RecoveryOptions otherRecovery) {
        return new HandlerSpec(
                id,
                otherTarget,
                otherFoundBy,
                watched,
                operations,
                match,
                pipeline,
                documents,
                otherPayload,
                ordering,
                concurrency,
                otherRetry,
                exhausted,
                startFrom,
                transactional,
                sharing,
                calls,
                stream,
                otherRecovery,
                batch,
                coalescing);
    }

    /** Its partitions; one if it is not divided. */
    public List<Partition> partitions() {
        return Partition.allOf(id, sharing.partitions());
    }

    @Override
    public @Nullable Method method() {
        return target instanceof HandlerTarget.OfMethod annotated ? annotated.method() : null;
    }

    /** Where the user declared it, for messages: {@code com.acme.Stock#lowStock}. */
    public String where() {
        return target.where();
    }

    /** Where the user declared an attribute, for messages: {@code com.acme.Stock#lowStock @OnChange(match)}. */
    public String where(String attribute) {
        return target.where(attribute);
    }
}
