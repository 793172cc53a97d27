package dev.onchange.match.regex;

/** Arithmetic of lengths that may be variable or unknown. */
final class Lengths {

    private Lengths() {}

    static int sum(int a, int b) {
        if (a == Piece.UNKNOWN || b == Piece.UNKNOWN) {
            return Piece.UNKNOWN;
        }
        return a == Piece.VARIABLE || b == Piece.VARIABLE ? Piece.VARIABLE : a + b;
    }

    static int common(int a, int b) {
        if (a == Piece.UNKNOWN || b == Piece.UNKNOWN) {
            return Piece.UNKNOWN;
        }
        return a == b ? a : Piece.VARIABLE;
    }

    static int times(Piece piece, Quantifier quantifier) {
        if (piece.length() == Piece.UNKNOWN || piece.kind() != Piece.Kind.CHARACTER) {
            return Piece.UNKNOWN;
        }
        return quantifier.least() == quantifier.most() ? piece.length() * quantifier.least() : Piece.VARIABLE;
    }
}
