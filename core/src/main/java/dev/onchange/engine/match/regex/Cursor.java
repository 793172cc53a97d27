package dev.onchange.engine.match.regex;

import org.jspecify.annotations.Nullable;

/** A position in a pattern. */
final class Cursor {

    /** What is seen after the last character. */
    static final int END = -1;

    private final int[] points;
    private int position;

    Cursor(String pattern) {
        this.points = pattern.codePoints().toArray();
    }

    int peek() {
        return peek(0);
    }

    int peek(int ahead) {
        return position + ahead < points.length ? points[position + ahead] : END;
    }

    int next() {
        return position < points.length ? points[position++] : END;
    }

    boolean atEnd() {
        return position >= points.length;
    }

    /** Passes this character if it is the next one. */
    boolean accept(int point) {
        boolean accepted = peek() == point;
        position += accepted ? 1 : 0;
        return accepted;
    }

    /** Passes this text if it comes next. */
    boolean accept(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (peek(i) != text.charAt(i)) {
                return false;
            }
        }
        position += text.length();
        return true;
    }

    /** Passes what lies before the next such character, and that character; null if there is none. */
    @Nullable
    String until(int point) {
        StringBuilder passed = new StringBuilder();
        for (int at = position; at < points.length; at++) {
            if (points[at] == point) {
                position = at + 1;
                return passed.toString();
            }
            passed.appendCodePoint(points[at]);
        }
        return null;
    }

    /** Passes decimal digits; -1 if there are none, and at most a million. */
    int digits() {
        int value = -1;
        while (peek() >= '0' && peek() <= '9') {
            value = Math.min(Math.max(value, 0) * 10 + next() - '0', 1_000_000);
        }
        return value;
    }

    int position() {
        return position;
    }

    void back(int to) {
        position = to;
    }
}
