package dev.onchange.deadletter;

/**
 * The result of a replay of dead letters.
 *
 * @param handled letters that are gone, as their changes were handled, or are not matched by a filter that had failed
 * @param failed letters whose changes failed again, and that stay; for each, the rest of its document stays parked
 */
public record Replayed(long handled, long failed) {

    public Replayed and(Replayed other) {
        return new Replayed(handled + other.handled, failed + other.failed);
    }
}
