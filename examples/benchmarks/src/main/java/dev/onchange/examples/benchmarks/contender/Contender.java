package dev.onchange.examples.benchmarks.contender;

/** Follows changes in one way. */
@FunctionalInterface
public interface Contender {

    /**
     * Begins to follow the changes of the task, and tells the receiver of each.
     *
     * @return ends it
     * @throws Exception if it cannot
     */
    AutoCloseable listen(Task task, Receiver receiver) throws Exception;
}
