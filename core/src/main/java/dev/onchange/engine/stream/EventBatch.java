package dev.onchange.engine.stream;

import java.util.ArrayList;
import java.util.List;

/** The events of one reply of the server, each as the bytes of its document. */
final class EventBatch {

    private final List<byte[]> events;
    private long bytes;

    /** @param expected about how many events will be added */
    EventBatch(int expected) {
        events = new ArrayList<>(expected);
    }

    void add(byte[] event) {
        events.add(event);
        bytes += event.length;
    }

    /** In the order of the stream. */
    List<byte[]> events() {
        return events;
    }

    int size() {
        return events.size();
    }

    /** How many bytes the events take. */
    long bytes() {
        return bytes;
    }
}
