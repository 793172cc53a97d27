package dev.onchange.engine.match.regex;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The named classes of characters, which are ASCII in the server's patterns. */
final class Classes {

    private static final CodePoints DIGIT = new CodePoints().addPairs("09");
    static final CodePoints WORD = new CodePoints().addPairs("09AZ__az");
    private static final CodePoints SPACE = new CodePoints().addPairs("\t\r  ");

    private static final Map<String, CodePoints> POSIX = Map.ofEntries(
            Map.entry("alpha", new CodePoints().addPairs("AZaz")),
            Map.entry("lower", new CodePoints().addPairs("az")),
            Map.entry("upper", new CodePoints().addPairs("AZ")),
            Map.entry("alnum", new CodePoints().addPairs("09AZaz")),
            Map.entry("ascii", new CodePoints().add(0, 0x7f)),
            Map.entry("blank", new CodePoints().addPairs("\t\t  ")),
            Map.entry("cntrl", new CodePoints().add(0, 0x1f).add(0x7f)),
            Map.entry("digit", DIGIT),
            Map.entry("graph", new CodePoints().add(0x21, 0x7e)),
            Map.entry("print", new CodePoints().add(0x20, 0x7e)),
            Map.entry("punct", new CodePoints().addPairs("!/:@[`{~")),
            Map.entry("space", SPACE),
            Map.entry("word", WORD),
            Map.entry("xdigit", new CodePoints().addPairs("09AFaf")));

    private Classes() {}

    /** What an escape such as {@code \d} stands for; null if it is no class of this kind. */
    static @Nullable CodePoints escape(int letter) {
        return switch (letter) {
            case 'd' -> DIGIT;
            case 'D' -> DIGIT.complement();
            case 'w' -> WORD;
            case 'W' -> WORD.complement();
            case 's' -> SPACE;
            case 'S' -> SPACE.complement();
            default -> null;
        };
    }

    /** What {@code [:name:]} stands for; null if there is no such name. Caseless, upper and lower mean any letter. */
    static @Nullable CodePoints posix(String name, boolean caseless) {
        return POSIX.get(caseless && (name.equals("upper") || name.equals("lower")) ? "alpha" : name);
    }
}
