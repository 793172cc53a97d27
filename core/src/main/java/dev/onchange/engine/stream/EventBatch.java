package dev.onchange.engine.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The events of one reply of the server, each as the bytes of its document. Used by one thread at a time. */
final class EventBatch {

    private @Nullable List<byte[]> events;
    private @Nullable ReplyEvents uncopied;
    private int size;
    private long bytes;

    /** @param expected about how many events will be added */
    EventBatch(int expected) {
        events = new ArrayList<>(expected);
    }

    /** @param uncopied are copied when they are first wanted */
    EventBatch(ReplyEvents uncopied) {
        this.uncopied = uncopied;
        this.size = uncopied.size();
        this.bytes = uncopied.bytes();
    }

    void add(byte[] event) {
        events().add(event);
        size++;
        bytes += event.length;
    }

    /** In the order of the stream. */
    List<byte[]> events() {
        ReplyEvents waiting = uncopied;
        if (waiting != null) {
            events = waiting.copies();
            uncopied = null;
        }
        return Objects.requireNonNull(events);
    }

    int size() {
        return size;
    }

    /** How many bytes the events take. */
    long bytes() {
        return bytes;
    }
}
