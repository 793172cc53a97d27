package dev.onchange.engine.match;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.expr.EvaluationFailed;
import dev.onchange.engine.match.regex.Regex;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A regular expression: found in a string or symbol, or equal to a regular expression that is stored as a value. */
final class RegexMatch implements ValueTest {

    private final Regex regex;
    private final byte[] stored;

    RegexMatch(Regex regex, String pattern, String options) {
        this.regex = regex;
        this.stored = (pattern + '\0' + options + '\0').getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean test(byte[] bytes, int type, int at) {
        return switch (type) {
            case Types.STRING, Types.SYMBOL -> isFound(bytes, at + 4, at + 3 + Raw.int32(bytes, at));
            case Types.REGEX -> Arrays.equals(bytes, at, at + Raw.size(bytes, type, at), stored, 0, stored.length);
            default -> false;
        };
    }

    private boolean isFound(byte[] bytes, int from, int to) {
        return switch (regex.find(bytes, from, to)) {
            case FOUND -> true;
            case NOT_FOUND, NOT_FOUND_OR_GIVEN_UP, GIVEN_UP -> false;
            case FOUND_OR_GIVEN_UP ->
                throw EvaluationFailed.onlyServerKnows("a text of " + (to - from)
                        + " bytes takes a regular expression more steps than can be followed here");
        };
    }
}
