package dev.onchange.console;

import dev.onchange.status.ListenerEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** The last events of the listeners and actions of operators. Safe for use by several threads; adding waits for nobody. */
final class Journal {

    static final int SIZE = 1_000;

    /** Whoever may only look can look again and again, which must not push out what has happened. */
    static final int LOOKS = 50;

    private final Clock clock;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Deque<Entry> looks = new ArrayDeque<>();
    private final Sinks.Many<Entry> live = Sinks.many().multicast().directBestEffort();
    private long last;

    Journal(Clock clock) {
        this.clock = clock;
    }

    /** @param mask hides keys that are redacted */
    void add(ListenerEvent event, PayloadMask mask) {
        EventText text = EventText.of(event, mask);
        add(event.getClass().getSimpleName(), text.handler(), text.stream(), text.message(), null);
    }

    /** Notes what an operator has done, or tried to do. */
    void add(String action, @Nullable String handler, String message, String by) {
        add(action, handler, null, message, by);
    }

    /** Notes at what somebody has looked; only the last of these are kept. */
    void addLook(String action, @Nullable String handler, String message, String by) {
        synchronized (entries) {
            looks.add(add(action, handler, null, message, by));
            if (looks.size() > LOOKS) {
                entries.remove(looks.remove());
            }
        }
    }

    private Entry add(
            String kind, @Nullable String handler, @Nullable String stream, String message, @Nullable String by) {
        synchronized (entries) {
            Entry entry = new Entry(++last, clock.instant(), kind, handler, stream, message, by);
            entries.add(entry);
            if (entries.size() > SIZE) {
                entries.remove();
            }
            live.tryEmitNext(entry);
            return entry;
        }
    }

    /** Those after a number, the oldest first. */
    List<Entry> after(long seq, int limit) {
        synchronized (entries) {
            return entries.stream()
                    .filter(entry -> entry.seq > seq)
                    .limit(limit)
                    .toList();
        }
    }

    /** The latest, the oldest of them first. */
    List<Entry> latest(int limit) {
        synchronized (entries) {
            return entries.stream().skip(Math.max(0, entries.size() - limit)).toList();
        }
    }

    /** Those to come; of a subscriber that is too slow some are left out. */
    Flux<Entry> live() {
        return live.asFlux();
    }

    /**
     * What has happened.
     *
     * @param seq from 1 on
     * @param kind the event's name, or an operator's action
     * @param by who did it; null for what happened by itself
     */
    record Entry(
            long seq,
            Instant at,
            String kind,
            @Nullable String handler,
            @Nullable String stream,
            String message,
            @Nullable String by) {

        JsonObject json() {
            return new JsonObject()
                    .put("seq", seq)
                    .put("at", at)
                    .put("kind", kind)
                    .put("handler", handler)
                    .put("stream", stream)
                    .put("message", message)
                    .put("by", by);
        }
    }
}
