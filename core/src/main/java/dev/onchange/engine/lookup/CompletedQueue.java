package dev.onchange.engine.lookup;

import dev.onchange.engine.stream.RawChange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The changes that wait until the subscriber requests them, in order. Used by one thread at a time. */
final class CompletedQueue {

    private final LookUpLimits limits;
    private final Deque<CompletedChange> changes = new ArrayDeque<>();
    private long bytes;

    CompletedQueue(LookUpLimits limits) {
        this.limits = limits;
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Whether a further batch may be looked up while the completed changes are emitted. */
    boolean hasRoom() {
        return changes.size() <= limits.changes() && bytes <= 2L * limits.bytes();
    }

    void add(CompletedChange completed) {
        changes.add(completed);
        bytes += completed.size();
    }

    void addAll(List<CompletedChange> completed) {
        completed.forEach(this::add);
    }

    /** Takes out the first changes, with their documents: up to so many, or so many bytes and one more. */
    List<RawChange> poll(int most, int mostBytes) {
        List<RawChange> polled = new ArrayList<>(Math.min(most, changes.size()));
        for (int size = 0; polled.size() < most && size < mostBytes && !changes.isEmpty(); ) {
            CompletedChange first = changes.remove();
            size += first.size();
            bytes -= first.size();
            polled.add(first.toRawChange());
        }
        return polled;
    }

    void clear() {
        changes.clear();
        bytes = 0;
    }
}
