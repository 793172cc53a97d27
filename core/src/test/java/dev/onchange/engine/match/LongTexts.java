package dev.onchange.engine.match;

import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;

/** Regular expressions that come back often, and texts that are long enough for the server's engine to give up on some. */
final class LongTexts {

    private static final List<String> PIECES = List.of(
            "x",
            "y",
            "z",
            ".",
            "[xy]",
            "[^z]",
            "\\w",
            "\\n",
            "^",
            "$",
            "\\b",
            "\\B",
            "(?:x|y)",
            "(?:xy|x)",
            "(y|z)",
            "(?=y)",
            "(?!z)",
            "(?<=x)",
            "x{0}",
            "(?<!y|z)",
            "(?:x?y){1,3}",
            "(xy)?",
            "(?:y*x)??",
            "(?:yx*|)",
            "\\A",
            "\\z");
    private static final List<String> REPETITIONS =
            List.of("*", "+", "*?", "+?", "{2,}", "{1,300}", "*+", "{0,50}?", "?");
    /** What takes no character, or may take none, before what is looked for ahead. */
    private static final List<String> FIRST = List.of("x{0}", "(?<=x)", "(?!z)", "\\b", "(?:)", "(?:z|)", "z?", "(z?)");

    private static final List<String> TEXTS = List.of("x", "y", "xy", "xyy", "x\n", "xz", "yx ", "é", "x😀y");

    private final RandomValues values;

    LongTexts(RandomValues values) {
        this.values = values;
    }

    BsonDocument filter() {
        BsonRegularExpression pattern =
                new BsonRegularExpression(pattern(), values.one(List.of("", "", "s", "m", "i")));
        return values.chance(80)
                ? new BsonDocument("fullDocument.s", pattern)
                : new BsonDocument(
                        "$expr",
                        new BsonDocument(
                                "$regexMatch",
                                new BsonDocument("input", new BsonString("$fullDocument.s")).append("regex", pattern)));
    }

    private String pattern() {
        StringBuilder pattern = new StringBuilder();
        if (values.chance(10)) {
            pattern.append(values.one(FIRST)).append("(?=y)");
        }
        for (int i = 2 + values.below(6); i > 0; i--) {
            String piece = values.one(PIECES);
            boolean one = piece.length() == 1 && !"^$".contains(piece)
                    || piece.startsWith("[")
                    || piece.equals("\\w")
                    || piece.equals("\\n");
            pattern.append(piece).append(one && values.chance(50) ? values.one(REPETITIONS) : "");
            if (values.chance(6)) {
                pattern.append('|');
            }
        }
        return pattern.toString();
    }

    BsonDocument event(int number) {
        return new BsonDocument("_id", new BsonDocument("_data", new BsonString("82" + number)))
                .append(
                        "fullDocument",
                        new BsonDocument("_id", new BsonInt32(number)).append("s", new BsonString(text())));
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + values.below(3); i > 0; i--) {
            int most = values.one(List.of(3, 30, 100, 250));
            text.append(values.one(TEXTS).repeat(values.below(most)));
        }
        return text + values.one(List.of("", "z", "\nxyz", "\n"));
    }
}
