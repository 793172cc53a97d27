package dev.onchange.engine.match.regex;

import java.util.Arrays;

/**
 * A repeated character.
 *
 * @param comesBack whether what follows can begin with such a character. If not, the engine may know that, and try the end of the
 *     repetition only
 */
record Repeat(CodePoints points, Quantifier quantifier, boolean comesBack) implements PatternNode {

    @Override
    public Tries tries(Subject text, Tries rest) {
        Tries tries = new Tries(text.length());
        Ends ends = new Ends(rest, quantifier.mode().equals("?"), comesBack);
        int end = text.length();
        for (int at = text.length(); at >= 0; at--) {
            if (at < text.length() && !points.contains(text.at(at))) {
                end = at;
            }
            long first = (long) at + quantifier.least();
            int last = (int) Math.min(end, (long) at + quantifier.most());
            if (first <= last && quantifier.mode().equals("+")) {
                tries.copy(at, rest, last);
            } else if (first <= last) {
                ends.tryFrom(tries, at, (int) first, last);
            }
        }
        return tries;
    }

    @Override
    public PatternNode before(CodePoints next) {
        return new Repeat(points, quantifier, points.intersects(next));
    }

    @Override
    public CodePoints first(CodePoints next) {
        return quantifier.least() > 0 ? points : new CodePoints().addAll(points).addAll(next);
    }

    @Override
    public double ways(int length) {
        return 1.0 + Math.min(quantifier.most(), length);
    }

    @Override
    public int size() {
        return 1;
    }

    /** What follows the repetition, tried at one end of it after the other. */
    private static final class Ends {

        private final Tries rest;
        private final boolean fewFirst;
        private final boolean comesBack;
        private final long[] low;
        private final long[] high;
        private final int[] nearest;

        Ends(Tries rest, boolean fewFirst, boolean comesBack) {
            this.comesBack = comesBack;
            this.rest = rest;
            this.fewFirst = fewFirst;
            int count = rest.found.length;
            low = new long[count + 1];
            high = new long[count + 1];
            nearest = new int[count];
            for (int at = 0; at < count; at++) {
                low[at + 1] = low[at] + rest.low[at] + 1;
                high[at + 1] = high[at] + rest.high[at] + 1;
            }
            find();
        }

        /** The nearest place, in the order in which they are tried, from which the rest is found. */
        private void find() {
            Arrays.fill(nearest, -1);
            int count = nearest.length;
            int known = fewFirst ? count : -1;
            for (int i = 0; i < count; i++) {
                int at = fewFirst ? count - 1 - i : i;
                known = rest.found[at] ? at : known;
                nearest[at] = known;
            }
        }

        void tryFrom(Tries tries, int at, int first, int last) {
            int hit = nearest[fewFirst ? first : last];
            boolean found = fewFirst ? hit <= last : hit >= first;
            int from = found && !fewFirst ? hit : first;
            int to = found && fewFirst ? hit : last;
            long least = low[to + 1] - low[from];
            tries.found[at] = found;
            tries.low[at] = Tries.bounded(comesBack ? least : Math.min(least, rest.low[last]));
            tries.high[at] = Tries.bounded(high[to + 1] - high[from]);
        }
    }
}
