package dev.onchange.deadletter;

/**
 * The number of dead letters of a handler, and of changes that wait behind them.
 *
 * @param failed those of changes at which it failed
 * @param parked those of changes that wait behind one of these
 */
public record LetterCount(long failed, long parked) {

    /** No letters. */
    public static final LetterCount NONE = new LetterCount(0, 0);

    /** All of them. */
    public long all() {
        return failed + parked;
    }

    /** Both together. */
    public LetterCount and(LetterCount other) {
        return new LetterCount(failed + other.failed, parked + other.parked);
    }
}
