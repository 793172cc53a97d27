package dev.onchange.console;

import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.bson.BsonDocument;

/**
 * The text of a message without what is redacted: resume tokens, and fields of objects in braces, as messages of MongoDB and of the
 * framework quote documents and keys.
 */
final class RedactedText {

    /** The {@code _data} of a token: it begins with a time, and has the key of the document at its end. */
    private static final Pattern TOKEN = Pattern.compile("\\b82[0-9A-Fa-f]{20,}");

    /** In characters, of an object that is read. */
    private static final int LONGEST = 20_000;

    /** Of objects and arrays in each other: no document of MongoDB has as many, and reading one takes a stack as deep. */
    private static final int DEEPEST = 200;

    private static final String HIDDEN = "{<redacted>}";

    private final String text;
    private final UnaryOperator<BsonDocument> shown;
    private final Predicate<String> names;

    private RedactedText(String text, UnaryOperator<BsonDocument> shown, Predicate<String> names) {
        this.text = text;
        this.shown = shown;
        this.names = names;
    }

    static String withoutTokens(String text) {
        return TOKEN.matcher(text).replaceAll("<redacted>");
    }

    /**
     * @param shown gives an object as it may be shown
     * @param names whether a text has the name of a field that is redacted: of what cannot be read as an object nothing is shown then
     */
    static String of(String text, UnaryOperator<BsonDocument> shown, Predicate<String> names) {
        return text.indexOf('{') < 0 || !names.test(text) ? text : new RedactedText(text, shown, names).redacted();
    }

    private String redacted() {
        StringBuilder result = new StringBuilder();
        int at = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
            result.append(text, at, open);
            at = end(open);
            String object = text.substring(open, at);
            result.append(names.test(object) ? redacted(object) : object);
        }
        return result.append(text, at, text.length()).toString();
    }

    private String redacted(String object) {
        try {
            return object.length() > LONGEST || isDeep(object)
                    ? HIDDEN
                    : JsonObject.textOf(shown.apply(BsonDocument.parse(object)));
        } catch (RuntimeException | StackOverflowError noObject) {
            return HIDDEN;
        }
    }

    /** Brackets in texts count too, so that some are taken for deeper or less deep than they are. */
    private static boolean isDeep(String object) {
        int depth = 0;
        for (int i = 0; i < object.length() && depth <= DEEPEST; i++) {
            char c = object.charAt(i);
            if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
        return depth > DEEPEST;
    }

    /** Behind the brace that closes the one there; of an object that was cut the end of the line. */
    private int end(int open) {
        int depth = 0;
        int line = endOfLine(open);
        for (int i = open; i < line; i++) {
            char c = text.charAt(i);
            if (c == '"') {
                i = closingQuote(i);
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i + 1;
            }
        }
        return line;
    }

    private int endOfLine(int at) {
        int line = text.indexOf('\n', at);
        return line < 0 ? text.length() : line;
    }

    /** Where a text in quotes ends; the end of the line if it does not end in it. */
    private int closingQuote(int open) {
        int line = endOfLine(open);
        for (int i = open + 1; i < line; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                return i;
            }
        }
        return line;
    }
}
