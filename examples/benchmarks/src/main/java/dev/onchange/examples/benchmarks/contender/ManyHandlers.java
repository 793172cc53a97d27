package dev.onchange.examples.benchmarks.contender;

import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Grouping;
import java.util.List;
import java.util.stream.IntStream;

/** As many annotated methods as wanted. */
public final class ManyHandlers {

    private ManyHandlers() {}

    /** Each wants one value. */
    static AutoCloseable bySku(Task task, Receiver receiver) {
        return start(task, receiver, task.lookUp() ? GeneratedHandlers::bySkuLookedUp : GeneratedHandlers::bySku);
    }

    /** Each wants one collection. */
    static AutoCloseable byCollection(Task task, Receiver receiver) {
        return start(task, receiver, GeneratedHandlers::byCollection);
    }

    /** The same, each with a stream of its own. */
    static AutoCloseable streams(Task task, Receiver receiver) {
        return OnChangeHandlers.builder(task, receiver, ids(task.handlers()))
                .grouping(Grouping.PER_SCOPE)
                .handlers(GeneratedHandlers.of(task.handlers(), GeneratedHandlers::byCollection, receiver)
                        .toArray())
                .start();
    }

    /** Each wants little, by a filter of one of three kinds. */
    public static ChangeListenersBuilder mixed(Task task, Receiver receiver) {
        return OnChangeHandlers.builder(task, receiver, ids(task.handlers()))
                .handlers(GeneratedHandlers.of(task.handlers(), GeneratedHandlers::mixed, receiver)
                        .toArray());
    }

    /** With one more that the server cannot be asked about, so that it has to send everything. */
    static AutoCloseable mixedUnfiltered(Task task, Receiver receiver) {
        return mixed(task, receiver)
                .handlers(new OnChangeHandlers.Unaskable(receiver))
                .startAt(OnChangeHandlers.ID, task.from())
                .start();
    }

    private static AutoCloseable start(Task task, Receiver receiver, GeneratedHandlers.Attributes attributes) {
        return OnChangeHandlers.start(
                task, receiver, GeneratedHandlers.of(task.handlers(), attributes, receiver), ids(task.handlers()));
    }

    private static List<String> ids(int handlers) {
        return IntStream.range(0, handlers).mapToObj(GeneratedHandlers::id).toList();
    }
}
