package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.regex.Finding;
import dev.onchange.engine.match.regex.InvalidRegexException;
import dev.onchange.engine.match.regex.Regex;
import dev.onchange.engine.match.syntax.Element;
import org.jspecify.annotations.Nullable;

/** {@code $regexMatch} with a constant pattern. */
final class RegexMatching {

    private RegexMatching() {}

    static Expression parse(Expression input, Value pattern, Value options, ExpressionParser parser, Element operator) {
        Regex regex = compile(pattern, options, operator);
        return regex != null && regex.whyNotInProcess().isPresent()
                ? parser.onServer(operator.name())
                : new Expression.Function1(input, text -> search(regex, text));
    }

    /** Null for no pattern; throws {@link dev.onchange.engine.match.syntax.Rejected} if the server refuses it. */
    static @Nullable Regex compile(Value pattern, Value options, Element operator) {
        String letters = letters(pattern, options, operator);
        if (pattern.isNullish()) {
            return null;
        }
        if (!pattern.is(Types.STRING) && !pattern.is(Types.REGEX)) {
            throw operator.place().reject("the regex of " + operator.name() + " is a string or a regular expression");
        }
        String source = pattern.is(Types.REGEX) ? Raw.cString(pattern.bytes(), pattern.at()) : pattern.text();
        try {
            return Regex.compile(source, letters);
        } catch (InvalidRegexException invalid) {
            throw operator.place().reject(invalid.reason());
        }
    }

    private static String letters(Value pattern, Value options, Element operator) {
        String own = pattern.is(Types.REGEX)
                ? Raw.cString(pattern.bytes(), Raw.afterCString(pattern.bytes(), pattern.at()))
                : "";
        if (!options.isNullish() && (!options.is(Types.STRING) || !own.isEmpty())) {
            throw operator.place().reject("options are a string, and stand in one place only");
        }
        String letters = options.isNullish() ? own : options.text();
        if (!letters.matches("[imsx]*")) {
            throw operator.place().reject("the options of " + operator.name() + " are i, m, s and x");
        }
        return letters;
    }

    private static Value search(@Nullable Regex regex, Value text) {
        if (text.isNullish()) {
            return Value.FALSE;
        }
        if (!text.is(Types.STRING)) {
            throw new EvaluationFailed(51104, "$regexMatch needs 'input' to be of type string");
        }
        int from = text.at() + 4;
        int to = from - 1 + Raw.int32(text.bytes(), text.at());
        boolean found = regex != null && isFound(regex.find(text.bytes(), from, to), to - from);
        if (regex != null && !found && !Regex.isText(text.bytes(), from, to)) {
            // seen on 6.0.5: a $regex does not match such a text, this operator fails
            throw new EvaluationFailed(51156, "$regexMatch needs a text in UTF-8");
        }
        return Value.of(found);
    }

    private static boolean isFound(Finding finding, int length) {
        return switch (finding) {
            case FOUND -> true;
            case NOT_FOUND -> false;
            case GIVEN_UP ->
                throw new EvaluationFailed(51156, "$regexMatch gives up on a text of " + length + " bytes");
            case FOUND_OR_GIVEN_UP, NOT_FOUND_OR_GIVEN_UP ->
                throw EvaluationFailed.onlyServerKnows(
                        "a text of " + length + " bytes takes $regexMatch more steps than can be followed here");
        };
    }
}
