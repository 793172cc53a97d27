package dev.onchange.engine.match.regex;

/** The text in which a pattern is looked for, character by character. */
final class Subject {

    private final int[] points;

    Subject(String text) {
        points = text.codePoints().toArray();
    }

    int length() {
        return points.length;
    }

    int at(int place) {
        return points[place];
    }
}
