package dev.onchange.engine.retry;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.invoke.Invoker;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Calls one handler, perhaps several times for the same change; a call may settle the change by itself. */
public interface RetryableInvoker extends Invoker {

    /** What the publisher of a call emits last if the change had been settled before, so that the handler was not called. */
    Object REPEATED = new Object();

    /** One whose calls settle nothing by themselves. */
    static RetryableInvoker of(Invoker invoker) {
        return new RetryableInvoker() {
            @Override
            public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session)
                    throws Throwable {
                return invoker.invoke(change, attempt, session);
            }

            @Override
            public @Nullable Publisher<?> invokeBatch(
                    List<Change> changes, Attempt attempt, @Nullable ClientSession session) throws Throwable {
                return invoker.invokeBatch(changes, attempt, session);
            }
        };
    }

    /**
     * What the publisher of a call with several changes emits last if some had been settled before.
     *
     * @param places of those, in the list of changes
     */
    record RepeatedOf(BitSet places) {}

    /** The same as {@link #invoke} for a change that has a dead letter. */
    default @Nullable Publisher<?> replay(Change change, Attempt attempt) throws Throwable {
        return invoke(change, attempt, null);
    }

    /** The change has no dead letter any more. */
    default Mono<Void> resolved(Change change) {
        return Mono.empty();
    }

    /** Whether a call with several changes that fails has settled none of them. */
    default boolean settlesAllOrNone() {
        return false;
    }

    /** Whether a call that has failed has settled the change all the same; null if that cannot be. */
    default @Nullable Mono<Boolean> isSettled(Change change) {
        return null;
    }

    /** The threads that call the handler at the moment, other than the threads on which {@link #invoke} is called. */
    default Set<Thread> callingThreads() {
        return Set.of();
    }
}
