package dev.onchange.engine.match.regex;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates a pattern into a Java pattern of the same meaning, or finds out why there is none. */
final class Translator {

    private static final int MAX_LENGTH = 2_000;
    /** The server's engine goes 4,000 calls deep; each part may take some. */
    private static final int MAX_SIZE = 800;
    /** A character beyond the basic plane, no times: else Java's engine looks between the halves of one, and behind by halves. */
    static final String WHOLE_CHARACTERS = "\ud83d\ude00{0}";

    private final Cursor cursor;
    private final GroupReader groups;
    private final PlainText plain = new PlainText();
    private final Set<String> why = new LinkedHashSet<>();
    private Flags flags;
    private int depth;
    private boolean begun;

    Translator(String pattern, String options) {
        this.cursor = new Cursor(pattern);
        this.flags = Flags.of(options);
        this.groups = new GroupReader(this, cursor);
        if (pattern.length() > MAX_LENGTH) {
            foreign("the pattern is very long");
        }
    }

    Translation translate() throws InvalidRegexException {
        if (cursor.peek() == '(' && cursor.peek(1) == '*') {
            foreign("(*…)");
        }
        Piece all = alternatives();
        if (!cursor.atEnd()) {
            throw new InvalidRegexException("unmatched )");
        }
        groups.check();
        if (all.node().size() > MAX_SIZE) {
            foreign("the pattern has very many parts");
        }
        if (!all.node().isFollowed() && !PatternFinder.isAlwaysQuick(all.node())) {
            foreign("an atomic group beside repetitions");
        }
        return new Translation(
                WHOLE_CHARACTERS + "(?:" + all.java() + ")",
                all.node().before(CodePoints.NONE),
                plain.finder(),
                String.join(", ", why));
    }

    Flags flags() {
        return flags;
    }

    /** Whether a character stands before, in the same alternative; what is only looked for takes none. */
    boolean hasBegun() {
        return begun;
    }

    void setBegun(boolean begun) {
        this.begun = begun;
    }

    void set(Flags now) {
        flags = now;
    }

    /** Only the server knows what this means. */
    Piece foreign(String what) {
        why.add(what);
        plain.other();
        return Piece.foreign();
    }

    /** Alternatives up to the end of the group; their common length, if they have one. */
    Piece alternatives() throws InvalidRegexException {
        List<Piece> branches = branches();
        if (branches.size() == 1) {
            return branches.get(0);
        }
        int length = branches.get(0).length();
        StringBuilder java = new StringBuilder(branches.get(0).java());
        for (Piece branch : branches.subList(1, branches.size())) {
            plain.other();
            java.append('|').append(branch.java());
            length = Lengths.common(length, branch.length());
        }
        PatternNode choice =
                new PatternNode.Choice(branches.stream().map(Piece::node).toList());
        return new Piece(java.toString(), choice, length, Piece.Kind.GROUP);
    }

    List<Piece> branches() throws InvalidRegexException {
        depth++;
        List<Piece> branches = new ArrayList<>();
        do {
            begun = false;
            branches.add(sequence());
        } while (cursor.accept('|'));
        depth--;
        return branches;
    }

    private Piece sequence() throws InvalidRegexException {
        List<Piece> pieces = new ArrayList<>();
        Piece pending = Piece.NONE;
        while (true) {
            boolean skipped = skip();
            if (cursor.atEnd() || cursor.peek() == '|' || cursor.peek() == ')') {
                break;
            }
            Quantifier quantifier = Quantifier.read(cursor);
            if (quantifier != null) {
                pending = repeat(skipped ? apart(pending, quantifier) : pending, quantifier);
            } else {
                pieces.add(pending);
                pending = piece();
            }
        }
        pieces.add(pending);
        return Piece.sequence(pieces, Piece.Kind.GROUP);
    }

    /** Passes comments, ends of quotations, and white space where it does not count. */
    private boolean skip() throws InvalidRegexException {
        int before = cursor.position();
        while (true) {
            if (cursor.accept("\\E")) {
                continue;
            }
            if (cursor.accept("(?#")) {
                if (cursor.until(')') == null) {
                    throw new InvalidRegexException("missing ) after a comment");
                }
            } else if (flags.extended() && cursor.peek() == '#') {
                if (cursor.until('\n') == null) {
                    throw new InvalidRegexException(
                            "a comment must end with a line feed; servers up to 6.0 refuse it otherwise");
                }
            } else if (flags.extended() && isSpace(cursor.peek())) {
                cursor.next();
            } else {
                return cursor.position() > before;
            }
        }
    }

    private static boolean isSpace(int point) {
        return point == ' ' || point >= '\t' && point <= '\r';
    }

    /** A repetition that is set apart belongs to what it repeats; or it says how another one works. */
    private Piece apart(Piece piece, Quantifier quantifier) {
        boolean repeatable = switch (piece.kind()) {
            case NOTHING, PLACE -> false;
            case REPEATED -> quantifier.isMode();
            case CHARACTER, GROUP, ASSERTION -> true;
        };
        return repeatable ? foreign("a repetition set apart from what it repeats") : piece;
    }

    private Piece repeat(Piece piece, Quantifier quantifier) throws InvalidRegexException {
        plain.other();
        switch (piece.kind()) {
            case NOTHING, PLACE, REPEATED -> throw new InvalidRegexException("nothing to repeat");
            case ASSERTION -> foreign("a repeated assertion");
            case GROUP -> {
                // Java's engine takes stack for each repetition of a group, the server's has a limit
                if (quantifier.isMany()) {
                    foreign("a group repeated without a limit");
                    piece = Piece.of(piece.length(), piece.kind());
                } else if (piece.node().size() * quantifier.most() > MAX_SIZE) {
                    foreign("the pattern has very many parts");
                    piece = Piece.of(piece.length(), piece.kind());
                }
            }
            case CHARACTER -> {
                if (quantifier.most() == 0) {
                    // the server's engine drops it, and then what is looked for ahead may stand first
                    foreign("a character repeated no times");
                }
            }
        }
        return piece.repeated(quantifier);
    }

    private Piece piece() throws InvalidRegexException {
        int point = cursor.next();
        return switch (point) {
            case '(' -> group();
            case '[' -> characters(new ClassReader(cursor, flags.caseless()).read(), "a class");
            case '.' ->
                characters(
                        flags.dotAll()
                                ? new CodePoints().complement()
                                : new CodePoints().add('\n').complement(),
                        ".");
            case '^' -> begin();
            case '$' -> end();
            case '\\' -> escape();
            default -> literal(point);
        };
    }

    private Piece group() throws InvalidRegexException {
        if (depth > 100) {
            foreign("deep nesting");
        }
        plain.other();
        return groups.read();
    }

    private Piece begin() {
        if (flags.multiline()) {
            plain.other();
            return Piece.place(PatternAnchor.LINE_BEGIN);
        }
        plain.begin();
        return Piece.place(PatternAnchor.TEXT_BEGIN);
    }

    private Piece end() {
        if (flags.multiline()) {
            plain.other();
            return Piece.place(PatternAnchor.LINE_END);
        }
        plain.end(true);
        return Piece.place(PatternAnchor.LAST_LINE_END);
    }

    private Piece escape() throws InvalidRegexException {
        int letter = cursor.peek();
        CodePoints escaped = Classes.escape(letter);
        if (escaped != null) {
            cursor.next();
            return characters(escaped, "");
        }
        switch (letter) {
            case 'A' -> {
                cursor.next();
                plain.begin();
                return Piece.place(PatternAnchor.TEXT_BEGIN);
            }
            case 'Z', 'z' -> {
                cursor.next();
                plain.end(letter == 'Z');
                return Piece.place(letter == 'Z' ? PatternAnchor.LAST_LINE_END : PatternAnchor.TEXT_END);
            }
            case 'b', 'B' -> {
                cursor.next();
                plain.other();
                return Piece.place(letter == 'b' ? PatternAnchor.BOUNDARY : PatternAnchor.NO_BOUNDARY);
            }
            case 'Q' -> {
                cursor.next();
                return quotation();
            }
            case 'N' -> {
                cursor.next();
                if (cursor.peek() == '{' && !Quantifier.isNext(cursor)) {
                    throw new InvalidRegexException("\\N{…} is not supported");
                }
                return characters(new CodePoints().add('\n').complement(), "\\N");
            }
            default -> {
                return otherEscape();
            }
        }
    }

    private Piece otherEscape() throws InvalidRegexException {
        int character = Escapes.character(cursor);
        if (character >= 0) {
            return literal(character);
        }
        int letter = cursor.peek();
        int begin = cursor.position();
        Escapes.pass(cursor);
        int digits = cursor.position() - begin;
        foreign("\\" + Character.toString(letter));
        if (letter >= '1' && letter <= '7' && digits == 1) {
            groups.refersTo(letter - '0');
            return Piece.of(Piece.VARIABLE, Piece.Kind.CHARACTER);
        }
        return switch (letter) {
            case 'G', 'K' -> Piece.of(0, Piece.Kind.PLACE);
            case 'R', 'X', 'C', 'g', 'k' -> Piece.of(Piece.VARIABLE, Piece.Kind.CHARACTER);
            case '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
                digits > 2 ? Piece.foreign() : Piece.of(Piece.UNKNOWN, Piece.Kind.CHARACTER);
            default -> Piece.foreign();
        };
    }

    /** The last character of a quotation is the one that a repetition repeats. */
    private Piece quotation() throws InvalidRegexException {
        List<Piece> pieces = new ArrayList<>();
        Piece last = Piece.NONE;
        while (!cursor.accept("\\E")) {
            if (cursor.atEnd()) {
                throw new InvalidRegexException("\\Q needs its \\E; servers up to 6.0 refuse it otherwise");
            }
            pieces.add(last);
            last = literal(cursor.next());
        }
        boolean repeated = Quantifier.isNext(cursor);
        if (repeated && pieces.size() > 1) {
            foreign("a repetition after a quotation");
        }
        pieces.add(last);
        return repeated && pieces.size() == 2
                ? last
                : Piece.sequence(pieces, repeated ? last.kind() : Piece.Kind.GROUP);
    }

    private Piece literal(int point) {
        begun = true;
        int[] same = flags.caseless() ? Caseless.equivalents(point) : new int[] {point};
        if (same == null) {
            return foreign("the case of " + Character.toString(point));
        }
        CodePoints points = new CodePoints();
        for (int one : same) {
            points.add(one);
        }
        if (points.only() >= 0) {
            plain.character(point);
        } else {
            plain.other();
        }
        return Piece.character(points);
    }

    private Piece characters(@Nullable CodePoints points, String what) {
        begun = true;
        plain.other();
        return points == null ? foreign(what) : Piece.character(points);
    }
}
