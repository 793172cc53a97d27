package dev.onchange.examples.benchmarks.contender;

import java.util.List;
import java.util.stream.IntStream;

/** As many annotated methods as wanted. */
final class ManyHandlers {

    private ManyHandlers() {}

    /** Each wants one value. */
    static AutoCloseable bySku(Task task, Receiver receiver) {
        return start(task, receiver, task.lookUp() ? GeneratedHandlers::bySkuLookedUp : GeneratedHandlers::bySku);
    }

    /** Each wants one collection. */
    static AutoCloseable byCollection(Task task, Receiver receiver) {
        return start(task, receiver, GeneratedHandlers::byCollection);
    }

    private static AutoCloseable start(Task task, Receiver receiver, GeneratedHandlers.Attributes attributes) {
        return OnChangeHandlers.start(
                task, receiver, GeneratedHandlers.of(task.handlers(), attributes, receiver), ids(task.handlers()));
    }

    private static List<String> ids(int handlers) {
        return IntStream.range(0, handlers).mapToObj(GeneratedHandlers::id).toList();
    }
}
