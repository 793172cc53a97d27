package dev.onchange.engine.match;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;

/** Regular expressions out of all that the server's syntax has, valid or not, and texts that they may match. */
final class RandomPatterns {

    private static final List<String> CHARACTERS = List.of(
            "a", "b", "c", "A", "K", "s", "1", "-", "_", " ", "\n", "\r", "\t", "é", "É", "ß", "σ", "ς", "日", "😀", "ſ",
            "\u212a", ".", "#", "\u0085", "\u00a0", "\u2028");
    private static final List<String> ATOMS = List.of(
            ".",
            "\\d",
            "\\D",
            "\\w",
            "\\W",
            "\\s",
            "\\S",
            "\\h",
            "\\v",
            "\\N",
            "[ab]",
            "[^ab]",
            "[a-c]",
            "[^\\w]",
            "[\\d_-]",
            "[[:alpha:]]",
            "[[:^space:]x]",
            "[]a]",
            "[^]a]",
            "[a\\]b]",
            "[\\x41-\\x{43}]",
            "[é-ü]",
            "[k]",
            "[^k]",
            "[S-T]",
            "\\x41",
            "\\x{3c3}",
            "\\n",
            "\\t",
            "\\.",
            "\\-",
            "\\Qa.b\\E",
            "[\\Qa-c\\E]",
            "[\\Qa\\E-c]",
            "[a\\E-c]",
            "[\\Qc\\E-a]",
            "[[.a.]]",
            "[:alpha:]",
            "[z-a]",
            "[a-\\d]",
            "[",
            "]",
            "{",
            "}",
            "{1}",
            "a{,2}",
            "\\",
            "\\p{L}",
            "\\R",
            "\\X",
            "\\1",
            "\\K",
            "\\y",
            "\\u0041",
            "\\cA",
            "\\101",
            "[[:foo:]]",
            "[\\b]",
            "[a-]",
            "[-a]",
            "[^\\n]",
            "[\\w-z]",
            "[$-%]",
            "[\\]]");
    private static final List<String> PLACES = List.of(
            "^", "$", "\\b", "\\B", "\\A", "\\Z", "\\z", "\\G", "(?i)", "(?s)", "(?-i)", "(?x)", "(?J)", "(?#c)", "");
    private static final List<String> QUANTIFIERS = List.of(
            "*", "+", "?", "{2}", "{1,2}", "{2,}", "{0}", "*?", "+?", "??", "*+", "++", "{2,1}", "{1,3}?", " +");
    private static final List<String> OPENINGS = List.of(
            "(", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:", "(?<n>", "(?P<m>", "(?|", "(?s-i:", "(*", "(?z");
    private static final List<String> OPTIONS = List.of("", "", "", "i", "i", "m", "s", "x", "im", "imsx", "u");

    private final RandomValues values;

    RandomPatterns(RandomValues values) {
        this.values = values;
    }

    BsonDocument filter() {
        String pattern = pattern(2);
        String options = values.one(OPTIONS);
        return new BsonDocument(
                "fullDocument.s",
                values.chance(50)
                        ? new BsonRegularExpression(pattern, options)
                        : new BsonDocument("$regex", new BsonString(pattern))
                                .append("$options", new BsonString(options)));
    }

    BsonDocument event(int number) {
        BsonArray texts = new BsonArray();
        for (int i = 1 + values.below(2); i > 0; i--) {
            texts.add(new BsonString(text()));
        }
        return new BsonDocument("_id", new BsonDocument("_data", new BsonString("82" + number)))
                .append("fullDocument", new BsonDocument("_id", new BsonInt32(number)).append("s", texts));
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = values.below(7); i > 0; i--) {
            text.append(values.one(CHARACTERS));
        }
        return text.toString();
    }

    private String pattern(int depth) {
        StringBuilder pattern = new StringBuilder();
        for (int i = 1 + values.below(4); i > 0; i--) {
            pattern.append(piece(depth));
            if (values.chance(20)) {
                pattern.append(values.one(QUANTIFIERS));
            }
            if (values.chance(8)) {
                pattern.append('|');
            }
        }
        return pattern.toString();
    }

    private String piece(int depth) {
        int n = values.below(100);
        if (n < 40) {
            return values.one(CHARACTERS);
        }
        if (n < 65) {
            return values.one(ATOMS);
        }
        if (n < 80 || depth == 0) {
            return values.one(PLACES);
        }
        return values.one(OPENINGS) + pattern(depth - 1) + (values.chance(97) ? ")" : "");
    }
}
