package dev.onchange.engine.match.regex;

/** Arithmetic of lengths that may be variable or unknown. */
final class Lengths {

    private Lengths() {}

    static int sum(int a, int b) {
        if (a == Piece.VARIABLE || b == Piece.VARIABLE) {
            return Piece.VARIABLE;
        }
        return a == Piece.UNKNOWN || b == Piece.UNKNOWN ? Piece.UNKNOWN : a + b;
    }

    static int common(int a, int b) {
        if (a == Piece.UNKNOWN || b == Piece.UNKNOWN) {
            return Piece.UNKNOWN;
        }
        return a == b ? a : Piece.VARIABLE;
    }

    /** The engine sees through exact repetitions only, and through none of no times but for single characters. */
    static int times(Piece piece, Quantifier quantifier) {
        boolean exact = quantifier.least() == quantifier.most();
        if (exact && quantifier.least() == 0 && piece.kind() == Piece.Kind.CHARACTER) {
            return 0;
        }
        if (piece.length() == Piece.UNKNOWN || piece.kind() == Piece.Kind.ASSERTION && quantifier.least() > 0) {
            return Piece.UNKNOWN;
        }
        if (exact && quantifier.least() > 0 && piece.length() >= 0) {
            return piece.length() * quantifier.least();
        }
        return exact && piece.kind() == Piece.Kind.CHARACTER ? Piece.UNKNOWN : Piece.VARIABLE;
    }
}
