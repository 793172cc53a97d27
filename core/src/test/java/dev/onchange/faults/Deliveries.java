package dev.onchange.faults;

import dev.onchange.ChangeEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;

/** What a handler of this process received, one run after the other. */
final class Deliveries {

    private static final Set<String> COUNTED = Set.of("insert", "update", "delete");

    private final List<ConcurrentLinkedQueue<Write>> runs =
            new CopyOnWriteArrayList<>(List.of(new ConcurrentLinkedQueue<>()));
    private final Map<Write, Long> first = new ConcurrentHashMap<>();

    /** To be called between two runs. */
    void beginRun() {
        runs.add(new ConcurrentLinkedQueue<>());
    }

    void add(ChangeEvent<Document> change) {
        if (COUNTED.contains(change.operationName())) {
            Write write = Write.of(change);
            runs.get(runs.size() - 1).add(write);
            first.putIfAbsent(write, System.nanoTime());
        }
    }

    /** How many different ones. */
    int count() {
        return first.size();
    }

    /** When they first came, as {@link System#nanoTime()}. */
    Map<Write, Long> first() {
        return first;
    }

    List<List<Write>> runs() {
        return runs.stream().map(List::copyOf).toList();
    }
}
