package dev.onchange.engine.match.regex;

import org.jspecify.annotations.Nullable;

/** Reads a class in brackets. */
final class ClassReader {

    private final Cursor cursor;
    private final boolean caseless;
    private final CodePoints points = new CodePoints();
    private boolean known = true;
    private boolean quoted;

    ClassReader(Cursor cursor, boolean caseless) {
        this.cursor = cursor;
        this.caseless = caseless;
    }

    /** Reads what follows the opening bracket; null if only the server knows what it means. */
    @Nullable
    CodePoints read() throws InvalidRegexException {
        if ((cursor.peek() == ':' || cursor.peek() == '.' || cursor.peek() == '=') && endOfName(0) >= 0) {
            throw new InvalidRegexException("POSIX classes stand inside of brackets: [[:alpha:]]");
        }
        passEmptyQuotations();
        boolean negated = cursor.accept('^');
        passEmptyQuotations();
        boolean first = true;
        while (first || quoted || cursor.peek() != ']') {
            if (cursor.atEnd()) {
                throw new InvalidRegexException("missing ] at the end of a character class");
            }
            member();
            first = false;
        }
        cursor.next();
        CodePoints all = negated ? points.complement() : points;
        return known && !all.isEmpty() ? all : null;
    }

    /** Before the first member they do not count: a bracket after them is still that member. */
    private void passEmptyQuotations() {
        while (cursor.accept("\\E") || cursor.accept("\\Q\\E")) {
            // all of them
        }
    }

    private void member() throws InvalidRegexException {
        if (quote()) {
            return;
        }
        if (!quoted && cursor.peek() == '[' && isName(cursor.peek(1))) {
            posix();
            return;
        }
        int from = character();
        if (from < 0) {
            return;
        }
        if (!quoted && cursor.peek() == '-' && cursor.peek(1) != ']' && cursor.peek(1) != Cursor.END) {
            range(from);
        } else {
            add(from, from);
        }
    }

    /** Passes the begin or the end of a quotation. */
    private boolean quote() {
        if (!quoted && cursor.accept("\\Q")) {
            quoted = true;
            return true;
        }
        if (!cursor.accept("\\E")) {
            return false;
        }
        quoted = false;
        if (cursor.peek() == '-' && cursor.peek(1) != ']') {
            // a range goes on behind the end of a quotation
            known = false;
        }
        return true;
    }

    private void range(int from) throws InvalidRegexException {
        cursor.next();
        if (cursor.peek() == '\\' && (cursor.peek(1) == 'E' || cursor.peek(1) == 'Q')) {
            known = false;
            return;
        }
        if (cursor.peek() == '[' && isName(cursor.peek(1)) && endOfName(1) >= 0) {
            throw new InvalidRegexException("a range cannot end with a class");
        }
        int to = character();
        if (to == -1) {
            throw new InvalidRegexException("a range cannot end with a class");
        }
        if (to >= 0 && to < from) {
            throw new InvalidRegexException("a range runs from the lower to the higher character");
        }
        if (to >= 0) {
            add(from, to);
        }
    }

    /** One character; -1 for a class, which it adds, and -2 for what only the server knows. */
    private int character() throws InvalidRegexException {
        int point = cursor.next();
        if (point != '\\' || quoted) {
            return point;
        }
        int letter = cursor.peek();
        CodePoints escaped = Classes.escape(letter);
        if (escaped != null) {
            cursor.next();
            points.addAll(escaped);
            if (cursor.peek() == '-' && cursor.peek(1) != ']') {
                // whether this hyphen is one depends on the engine's version
                known = false;
            }
            return -1;
        }
        if (cursor.accept('b')) {
            return '\b';
        }
        if (letter == 'N') {
            throw new InvalidRegexException("\\N cannot stand in a class");
        }
        int value = Escapes.character(cursor);
        if (value < 0) {
            known = false;
            Escapes.pass(cursor);
            return letter == 'p' || letter == 'P' ? -1 : -2;
        }
        return value;
    }

    private void posix() throws InvalidRegexException {
        int terminator = cursor.peek(1);
        int end = endOfName(1);
        if (end < 0) {
            cursor.next();
            add('[', '[');
            return;
        }
        if (terminator != ':') {
            throw new InvalidRegexException("POSIX collating elements are not supported");
        }
        cursor.next();
        cursor.next();
        passEmptyQuotations();
        boolean negated = cursor.accept('^');
        passEmptyQuotations();
        StringBuilder name = new StringBuilder();
        while (cursor.position() < end) {
            name.appendCodePoint(cursor.next());
        }
        cursor.accept(":]");
        CodePoints named = Classes.posix(name.toString(), caseless);
        if (named == null && (name.toString().equals("<") || name.toString().equals(">"))) {
            known = false;
            return;
        }
        if (named == null) {
            throw new InvalidRegexException("there is no POSIX class " + name);
        }
        points.addAll(negated ? named.complement() : named);
        if (cursor.peek() == '-' && cursor.peek(1) != ']') {
            known = false;
        }
    }

    private static boolean isName(int point) {
        return point == ':' || point == '.' || point == '=';
    }

    /** The position of the end of a POSIX name that begins so many characters ahead; -1 if there is none. */
    private int endOfName(int ahead) {
        int terminator = cursor.peek(ahead);
        for (int i = ahead + 1; cursor.peek(i) != Cursor.END; i++) {
            int point = cursor.peek(i);
            int following = cursor.peek(i + 1);
            if (point == '\\' && (following == ']' || following == '\\')) {
                i++;
            } else if (point == '[' && following == terminator || point == ']') {
                return -1;
            } else if (point == terminator && following == ']') {
                return cursor.position() + i;
            }
        }
        return -1;
    }

    private void add(int from, int to) {
        points.add(from, to);
        if (caseless) {
            for (int point = from; point <= to && known; point++) {
                int[] same = Caseless.equivalents(point);
                known = same != null;
                for (int i = 0; same != null && i < same.length; i++) {
                    points.add(same[i]);
                }
            }
        }
    }
}
