package dev.onchange.engine.match.regex;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Finds a plain text, wherever it stands, at the begin, at the end, or alone. */
final class Literal implements Finder {

    private final byte[] text;
    private final boolean atBegin;
    private final boolean atEnd;
    private final boolean newlineMayFollow;

    /**
     * @param newlineMayFollow whether a last line feed may stand between the text and the end
     */
    Literal(String text, boolean atBegin, boolean atEnd, boolean newlineMayFollow) {
        this.text = text.getBytes(StandardCharsets.UTF_8);
        this.atBegin = atBegin;
        this.atEnd = atEnd;
        this.newlineMayFollow = newlineMayFollow;
    }

    @Override
    public Finding find(byte[] bytes, int from, int to) {
        boolean found = atEnd
                ? endsAt(bytes, from, to, to)
                        || newlineMayFollow && to > from && bytes[to - 1] == '\n' && endsAt(bytes, from, to, to - 1)
                : atBegin ? standsAt(bytes, from, to) : contains(bytes, from, to);
        return found && Utf8.isValid(bytes, from, to) ? Finding.FOUND : Finding.NOT_FOUND;
    }

    private boolean endsAt(byte[] bytes, int from, int to, int end) {
        int start = end - text.length;
        return start >= from && (!atBegin || start == from) && standsAt(bytes, start, to);
    }

    private boolean standsAt(byte[] bytes, int at, int to) {
        return to - at >= text.length && Arrays.equals(bytes, at, at + text.length, text, 0, text.length);
    }

    private boolean contains(byte[] bytes, int from, int to) {
        if (text.length == 0) {
            return true;
        }
        for (int at = from; at <= to - text.length; at++) {
            if (bytes[at] == text[0] && standsAt(bytes, at, to)) {
                return true;
            }
        }
        return false;
    }
}
