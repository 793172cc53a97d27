package dev.onchange.engine.match.regex;

import java.util.Arrays;

/** A set of code points, and how it is written as a class of a Java pattern. Small, however many they are. */
final class CodePoints {

    /** Not to be added to. */
    static final CodePoints NONE = new CodePoints();

    /** The first and the last one of each run, ascending; between two runs there is a gap. */
    private int[] runs = {};

    CodePoints add(int point) {
        return add(point, point);
    }

    CodePoints add(int first, int last) {
        int[] more = new int[runs.length + 2];
        int size = 0;
        int from = first;
        int to = last;
        int i = 0;
        for (; i < runs.length && runs[i + 1] < first - 1; i += 2) {
            more[size++] = runs[i];
            more[size++] = runs[i + 1];
        }
        for (; i < runs.length && runs[i] <= last + 1; i += 2) {
            from = Math.min(from, runs[i]);
            to = Math.max(to, runs[i + 1]);
        }
        more[size++] = from;
        more[size++] = to;
        for (; i < runs.length; i++) {
            more[size++] = runs[i];
        }
        runs = Arrays.copyOf(more, size);
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
        for (int i = 0; i < other.runs.length; i += 2) {
            add(other.runs[i], other.runs[i + 1]);
        }
        return this;
    }

    CodePoints complement() {
        CodePoints complement = new CodePoints();
        int next = 0;
        for (int i = 0; i < runs.length; i += 2) {
            if (next < runs[i]) {
                complement.add(next, runs[i] - 1);
            }
            next = runs[i + 1] + 1;
        }
        return next > Character.MAX_CODE_POINT ? complement : complement.add(next, Character.MAX_CODE_POINT);
    }

    boolean contains(int point) {
        int found = Arrays.binarySearch(runs, point);
        // not found: whether an odd number of bounds is below it
        return found >= 0 || (-found - 1) % 2 == 1;
    }

    boolean intersects(CodePoints other) {
        int i = 0;
        int k = 0;
        while (i < runs.length && k < other.runs.length) {
            if (runs[i + 1] < other.runs[k]) {
                i += 2;
            } else if (other.runs[k + 1] < runs[i]) {
                k += 2;
            } else {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        return runs.length == 0;
    }

    /** The one member, or -1 if there are more or none. */
    int only() {
        return runs.length == 2 && runs[0] == runs[1] ? runs[0] : -1;
    }

    String toPattern() {
        StringBuilder pattern = new StringBuilder("[");
        for (int i = 0; i < runs.length; i += 2) {
            pattern.append(escape(runs[i]));
            if (runs[i + 1] > runs[i]) {
                pattern.append('-').append(escape(runs[i + 1]));
            }
        }
        return pattern.append(']').toString();
    }

    static String escape(int point) {
        return "\\x{" + Integer.toHexString(point) + '}';
    }
}
