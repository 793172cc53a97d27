package dev.onchange.engine.match.regex;

import java.util.BitSet;

/** A set of code points, and how it is written as a class of a Java pattern. */
final class CodePoints {

    private static final int END = Character.MAX_CODE_POINT + 1;

    /** Not to be added to. */
    static final CodePoints NONE = new CodePoints();

    private final BitSet points = new BitSet();

    CodePoints add(int point) {
        points.set(point);
        return this;
    }

    CodePoints add(int first, int last) {
        points.set(first, last + 1);
        return this;
    }

    /** Adds single characters and ranges, given in pairs of first and last. */
    CodePoints addPairs(String pairs) {
        for (int i = 0; i < pairs.length(); i += 2) {
            add(pairs.charAt(i), pairs.charAt(i + 1));
        }
        return this;
    }

    CodePoints addAll(CodePoints other) {
        points.or(other.points);
        return this;
    }

    CodePoints complement() {
        CodePoints complement = new CodePoints().add(0, Character.MAX_CODE_POINT);
        complement.points.andNot(points);
        return complement;
    }

    boolean contains(int point) {
        return points.get(point);
    }

    boolean intersects(CodePoints other) {
        return points.intersects(other.points);
    }

    boolean isEmpty() {
        return points.isEmpty();
    }

    /** The one member, or -1 if there are more or none. */
    int only() {
        return points.cardinality() == 1 ? points.nextSetBit(0) : -1;
    }

    String toPattern() {
        StringBuilder pattern = new StringBuilder("[");
        int first = points.nextSetBit(0);
        while (first >= 0) {
            int last = points.nextClearBit(first) - 1;
            pattern.append(escape(first));
            if (last > first) {
                pattern.append('-').append(escape(Math.min(last, END - 1)));
            }
            first = points.nextSetBit(last + 1);
        }
        return pattern.append(']').toString();
    }

    static String escape(int point) {
        return String.format("\\x{%x}", point);
    }
}
