package dev.onchange.deadletter;

/**
 * The result of a replay of dead letters.
 *
 * @param handled letters whose changes were handled, and that are gone
 * @param failed letters whose changes failed again, and that stay; for each, the rest of its document stays parked
 */
public record Replayed(long handled, long failed) {

    public Replayed and(Replayed other) {
        return new Replayed(handled + other.handled, failed + other.failed);
    }
}
