package dev.onchange.engine.match.regex;

import org.jspecify.annotations.Nullable;

/** Notices whether a pattern is nothing but a text, perhaps bound to the begin or the end. */
final class PlainText {

    private final StringBuilder text = new StringBuilder();
    private boolean plain = true;
    private boolean begin;
    private boolean end;
    private boolean newline;

    void character(int point) {
        plain = plain && !end;
        text.appendCodePoint(point);
    }

    void begin() {
        plain = plain && text.length() == 0 && !end;
        begin = true;
    }

    void end(boolean newlineMayFollow) {
        plain = plain && !end;
        end = true;
        newline = newlineMayFollow;
    }

    void other() {
        plain = false;
    }

    @Nullable
    Finder finder() {
        return plain ? new Literal(text.toString(), begin, end, newline) : null;
    }
}
