package dev.onchange.engine.match.regex;

import java.util.Arrays;

/**
 * For each place of a text, what becomes of a part of a pattern that is tried there, and how many steps the server's
 * engine takes.
 */
final class Tries {

    private static final int MOST = 1_000_000;

    /** Whether it matches. */
    final boolean[] found;
    /** The engine takes at least so many steps. */
    final int[] low;
    /** And at most so many. */
    final int[] high;

    Tries(int length) {
        found = new boolean[length + 1];
        low = new int[length + 1];
        high = new int[length + 1];
    }

    /** After the last part. */
    static Tries matched(int length) {
        Tries matched = new Tries(length);
        Arrays.fill(matched.found, true);
        return matched;
    }

    static int bounded(long steps) {
        return (int) Math.min(steps, MOST);
    }

    void copy(int at, Tries other, int where) {
        found[at] = other.found[where];
        low[at] = other.low[where];
        high[at] = other.high[where];
    }

    /** Tries something else wherever this has not matched, which takes up to so many steps more. */
    void otherwise(Tries other, int steps) {
        for (int at = 0; at < found.length; at++) {
            if (!found[at]) {
                found[at] = other.found[at];
                low[at] = bounded((long) low[at] + other.low[at]);
                high[at] = bounded((long) high[at] + other.high[at] + steps);
            }
        }
    }

    /** The rest is tried at a place, or not, after what was tried here. */
    void decide(int at, boolean go, Tries rest) {
        found[at] = go && rest.found[at];
        low[at] = bounded((long) low[at] + (go ? rest.low[at] : 0));
        high[at] = bounded((long) high[at] + (go ? rest.high[at] : 0));
    }

    /** The same, from a place so many characters later. */
    Tries later(int length) {
        Tries later = new Tries(found.length - 1);
        for (int at = length; at < found.length; at++) {
            later.copy(at, this, at - length);
        }
        return later;
    }
}
