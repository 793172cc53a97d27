package dev.onchange.engine.lookup;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The changes that wait to be asked for, in order. Used by one thread at a time. */
final class CompletedQueue {

    private final LookUpLimits limits;
    private final Deque<CompletedChange> departures = new ArrayDeque<>();
    private long bytes;

    CompletedQueue(LookUpLimits limits) {
        this.limits = limits;
    }

    boolean isEmpty() {
        return departures.isEmpty();
    }

    /** For another batch, be it that this one is whole: it is handed on while the other one is looked up. */
    boolean hasRoom() {
        return departures.size() <= limits.changes() && bytes <= 2L * limits.bytes();
    }

    void add(CompletedChange completed) {
        departures.add(completed);
        bytes += completed.size();
    }

    void addAll(List<CompletedChange> some) {
        some.forEach(this::add);
    }

    @Nullable
    CompletedChange poll() {
        CompletedChange first = departures.poll();
        if (first != null) {
            bytes -= first.size();
        }
        return first;
    }

    void clear() {
        departures.clear();
        bytes = 0;
    }
}
