package dev.onchange.engine.plan;

import dev.onchange.Grouping;
import dev.onchange.LookUp;
import dev.onchange.engine.match.notice.DocumentFields;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.WatchedScope;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What planning depends on besides the handlers.
 *
 * @param grouping how readily handlers share a stream
 * @param lookUp whether the server or the client reads documents for {@code UPDATE_LOOKUP}
 * @param mayOpen whether the account may open a stream on a database or the deployment that no handler asks for by
 *     itself; where it may not, each collection has its own stream
 * @param apart the ids of handlers that are to share no stream, because they slowed down the handlers of theirs
 * @param internal the collections, or databases, that the listeners write themselves: streams that watch a whole
 *     database or the deployment leave them out
 * @param threads how many handlers may hold at a time
 * @param fields the fields of a handler's payload type, for notices; empty if they are not known
 */
public record PlanOptions(
        Grouping grouping,
        LookUp lookUp,
        Predicate<WatchedScope> mayOpen,
        Set<String> apart,
        Set<WatchedScope> internal,
        int threads,
        Function<HandlerSpec, Optional<DocumentFields>> fields) {

    /** Shared streams, look-ups by the client, no limits of the account, nothing internal. */
    public static final PlanOptions DEFAULT = new PlanOptions(
            Grouping.SHARED,
            LookUp.CLIENT,
            scope -> true,
            Set.of(),
            Set.of(),
            Integer.MAX_VALUE,
            handler -> Optional.empty());

    public PlanOptions {
        apart = Set.copyOf(apart);
        internal = Set.copyOf(internal);
    }

    /** These, with another grouping. */
    public PlanOptions with(Grouping other) {
        return new PlanOptions(other, lookUp, mayOpen, apart, internal, threads, fields);
    }

    /** These, with another way to look up documents. */
    public PlanOptions with(LookUp other) {
        return new PlanOptions(grouping, other, mayOpen, apart, internal, threads, fields);
    }

    /** These, with other limits of the account. */
    public PlanOptions withMayOpen(Predicate<WatchedScope> other) {
        return new PlanOptions(grouping, lookUp, other, apart, internal, threads, fields);
    }

    /** These, with other handlers that share no stream. */
    public PlanOptions withApart(Set<String> ids) {
        return new PlanOptions(grouping, lookUp, mayOpen, ids, internal, threads, fields);
    }

    /** These, with other collections that the listeners write themselves. */
    public PlanOptions withInternal(Set<WatchedScope> other) {
        return new PlanOptions(grouping, lookUp, mayOpen, apart, other, threads, fields);
    }

    /** These, with another number of threads. */
    public PlanOptions withThreads(int other) {
        return new PlanOptions(grouping, lookUp, mayOpen, apart, internal, other, fields);
    }

    /** These, with another way to read payload types. */
    public PlanOptions withFields(Function<HandlerSpec, Optional<DocumentFields>> other) {
        return new PlanOptions(grouping, lookUp, mayOpen, apart, internal, threads, other);
    }

    Optional<DocumentFields> fields(ParsedHandler handler) {
        return fields.apply(handler.spec());
    }
}
