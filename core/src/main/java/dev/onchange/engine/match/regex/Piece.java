package dev.onchange.engine.match.regex;

import java.util.List;

/**
 * A part of a pattern, translated.
 *
 * @param java the same in Java
 * @param node the same as the server's engine tries it
 * @param length how many characters it matches, or one of the two constants
 * @param kind what it is
 */
record Piece(String java, PatternNode node, int length, Kind kind) {

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

    static final Piece NONE = of(0, Kind.NOTHING);

    static Piece character(CodePoints points) {
        int only = points.only();
        return new Piece(
                only >= 0 ? CodePoints.escape(only) : points.toPattern(),
                new PatternNode.Characters(points),
                1,
                Kind.CHARACTER);
    }

    /** One after the other. */
    static Piece sequence(List<Piece> pieces, Kind kind) {
        int length = 0;
        StringBuilder java = new StringBuilder();
        for (Piece piece : pieces) {
            length = Lengths.sum(length, piece.length);
            java.append(piece.java);
        }
        List<PatternNode> nodes = pieces.stream()
                .map(Piece::node)
                .filter(node -> node != PatternNode.Sequence.EMPTY)
                .toList();
        return new Piece(
                java.toString(), nodes.size() == 1 ? nodes.get(0) : new PatternNode.Sequence(nodes), length, kind);
    }

    Piece repeated(Quantifier quantifier) {
        PatternNode repeated = node instanceof PatternNode.Characters one
                ? new Repeat(one.points(), quantifier, false)
                : quantifier.isMany() ? node : quantifier.of(node);
        return new Piece(
                java + quantifier.java(),
                repeated,
                Lengths.times(this, quantifier),
                quantifier.mode().isEmpty() ? Kind.REPEATED : Kind.NOTHING);
    }

    static Piece place(PatternAnchor place) {
        return new Piece(place.java(), new PatternNode.At(place), 0, Kind.PLACE);
    }

    /** Something that only the server can match, as a rule one character. */
    static Piece foreign() {
        return of(1, Kind.CHARACTER);
    }

    /** Something that only the server can match. */
    static Piece of(int length, Kind kind) {
        return new Piece("", PatternNode.Sequence.EMPTY, length, kind);
    }
}
