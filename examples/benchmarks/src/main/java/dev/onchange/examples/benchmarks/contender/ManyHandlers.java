package dev.onchange.examples.benchmarks.contender;

import java.util.List;
import java.util.stream.IntStream;

/** As many annotated methods as wanted. */
final class ManyHandlers {

    private ManyHandlers() {}

    /** Each wants one value. */
    static AutoCloseable bySku(Task task, Receiver receiver) {
        return start(
                task,
                receiver,
                handler -> "collection = \"${collection}\", operation = \"insert\", match = \"{ 'fullDocument.sku': '"
                        + Task.sku(handler) + "' }\"");
    }

    /** Each wants one collection. */
    static AutoCloseable byCollection(Task task, Receiver receiver) {
        return start(
                task, receiver, handler -> "collection = \"" + Task.collection(handler) + "\", operation = \"insert\"");
    }

    /** Each wants a value that does not occur, of documents that are looked up: so the server cannot leave any out. */
    static AutoCloseable unwanted(Task task, Receiver receiver) {
        return start(
                task,
                receiver,
                handler ->
                        "collection = \"${collection}\", operation = {\"insert\", \"update\"}, match = \"{ 'fullDocument.sku': '"
                                + (handler == 0 ? "last" : "none-" + handler)
                                + "' }\", fullDocument = com.mongodb.client.model.changestream.FullDocument.UPDATE_LOOKUP");
    }

    private static AutoCloseable start(Task task, Receiver receiver, GeneratedHandlers.Attributes attributes) {
        return OnChangeHandlers.start(
                task, receiver, GeneratedHandlers.of(task.handlers(), attributes, receiver), ids(task.handlers()));
    }

    private static List<String> ids(int handlers) {
        return IntStream.range(0, handlers).mapToObj(GeneratedHandlers::id).toList();
    }
}
