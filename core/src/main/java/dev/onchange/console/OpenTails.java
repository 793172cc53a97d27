package dev.onchange.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** The tails that are open: each has a change stream of its own, so they are few, and whoever looks sees whose they are. Safe for use by several threads. */
final class OpenTails {

    private static final int MOST = 4;

    private final List<Tail> open = new ArrayList<>();

    /** @throws Refusal if too many are open */
    synchronized void requireRoom() {
        if (open.size() >= MOST) {
            throw new Refusal(429, "TOO_MANY", MOST + " tails are open already; close one.");
        }
    }

    /** The events of a tail, which is open for as long as somebody takes them; fails if too many are. */
    <T> Flux<T> whileOpen(Tail tail, Flux<T> events) {
        return Flux.using(() -> add(tail), added -> events, this::remove);
    }

    private synchronized Tail add(Tail tail) {
        requireRoom();
        open.add(tail);
        return tail;
    }

    private synchronized void remove(Tail tail) {
        open.remove(tail);
    }

    /** The latest first. */
    synchronized List<JsonObject> json() {
        List<JsonObject> all = new ArrayList<>();
        open.forEach(tail -> all.add(0, tail.json()));
        return all;
    }

    /**
     * One tail.
     *
     * @param database null for the deployment
     * @param collection null for the database
     * @param by who looks
     */
    record Tail(@Nullable String database, @Nullable String collection, String by, Instant since) {

        /** What it shows, as {@code shop.*}. */
        String namespace() {
            return (database == null ? "*" : database) + "." + (collection == null ? "*" : collection);
        }

        private JsonObject json() {
            return new JsonObject().put("of", namespace()).put("by", by).put("since", since);
        }
    }
}
