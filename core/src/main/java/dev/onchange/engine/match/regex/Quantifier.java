package dev.onchange.engine.match.regex;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often something is repeated.
 *
 * @param most the highest number, or {@link Integer#MAX_VALUE} for no limit
 * @param mode empty, or {@code ?} for as few as possible, or {@code +} for never fewer
 */
record Quantifier(int least, int most, String mode) {

    private static final int MANY = 16;
    private static final int LIMIT = 65_535;

    /** Reads a quantifier if one stands here. */
    static @Nullable Quantifier read(Cursor cursor) throws InvalidRegexException {
        int begin = cursor.position();
        int point = cursor.next();
        int least = point == '+' ? 1 : 0;
        int most = point == '?' ? 1 : Integer.MAX_VALUE;
        if (point == '{') {
            least = cursor.digits();
            most = least;
            if (least >= 0 && cursor.accept(',')) {
                most = cursor.peek() == '}' ? Integer.MAX_VALUE : cursor.digits();
            }
            if (least < 0 || most < 0 || !cursor.accept('}')) {
                cursor.back(begin);
                return null;
            }
            if (least > LIMIT || most > LIMIT && most != Integer.MAX_VALUE) {
                throw new InvalidRegexException("a repetition may go up to 65535");
            }
            if (most < least) {
                throw new InvalidRegexException("the numbers of a repetition are out of order");
            }
        } else if (point != '*' && point != '+' && point != '?') {
            cursor.back(begin);
            return null;
        }
        String mode = cursor.accept('?') ? "?" : cursor.accept('+') ? "+" : "";
        return new Quantifier(least, most, mode);
    }

    static boolean isNext(Cursor cursor) throws InvalidRegexException {
        int begin = cursor.position();
        boolean next = read(cursor) != null;
        cursor.back(begin);
        return next;
    }

    /** So often that engines differ in what they bear. */
    boolean isMany() {
        return most > MANY;
    }

    /** What it makes of a group. */
    PatternNode of(PatternNode group) {
        List<PatternNode> parts = new ArrayList<>(Collections.nCopies(least, group));
        PatternNode optional = PatternNode.Sequence.EMPTY;
        for (int i = least; i < most; i++) {
            PatternNode more = new PatternNode.Sequence(List.of(group, optional));
            optional = new PatternNode.Choice(
                    mode.equals("?")
                            ? List.of(PatternNode.Sequence.EMPTY, more)
                            : List.of(more, PatternNode.Sequence.EMPTY));
        }
        parts.add(optional);
        PatternNode repeated = new PatternNode.Sequence(parts);
        return mode.equals("+") ? new PatternNode.Atomic(repeated) : repeated;
    }

    /** Whether it may as well be the second character of another one. */
    boolean isMode() {
        boolean plus = least == 1 && most == Integer.MAX_VALUE;
        boolean question = least == 0 && most == 1;
        return (plus || question) && mode.isEmpty();
    }

    String java() {
        String range = most == Integer.MAX_VALUE ? least + "," : least == most ? "" + least : least + "," + most;
        return "{" + range + "}" + mode;
    }
}
