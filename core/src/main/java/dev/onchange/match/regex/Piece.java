package dev.onchange.match.regex;

/**
 * A part of a pattern, translated.
 *
 * @param java the same in Java
 * @param length how many characters it matches, or one of the two constants
 * @param kind what it is
 */
record Piece(String java, int length, Kind kind) {

    /** It matches more than one number of characters. */
    static final int VARIABLE = -1;
    /** Nobody here knows how many. */
    static final int UNKNOWN = -2;

    enum Kind {
        /** Matches one character. */
        CHARACTER,
        /** Holds other parts. */
        GROUP,
        /** Matches a place; cannot be repeated. */
        PLACE,
        /** Looks at what comes before or after. */
        ASSERTION,
        /** Is repeated already; a plus may follow. */
        REPEATED,
        /** Nothing at all; cannot be repeated. */
        NOTHING
    }

    static final Piece NONE = new Piece("", 0, Kind.NOTHING);

    static Piece character(String java) {
        return new Piece(java, 1, Kind.CHARACTER);
    }

    static Piece place(String java) {
        return new Piece(java, 0, Kind.PLACE);
    }

    /** Something that only the server can match, as a rule one character. */
    static Piece foreign() {
        return character("");
    }
}
