package dev.onchange;

import org.reactivestreams.Publisher;

/**
 * Decides what becomes of a change at which a handler has failed for good, in place of {@link OnChange#exhausted}: it may
 * store the change elsewhere, alert somebody, or undo what was begun. Changes that are replayed from dead letters are not
 * given to it.
 *
 * <p>Called on a thread of the handlers, where it may block; the handler's later changes of the same document wait for its
 * answer. Safe for use by several threads if the handler's concurrency is more than 1.
 */
@FunctionalInterface
public interface Recoverer {

    /**
     * Decides about one change.
     *
     * @return what is done with the change: {@link Exhausted#SKIP} for one of which nothing more is to be done, as also if
     *     it completes without an answer. If it fails, or takes longer than a minute, what the handler declares holds
     * @throws Exception as if what is returned had failed
     */
    Publisher<Exhausted> recover(FailedChange failed) throws Exception;
}
