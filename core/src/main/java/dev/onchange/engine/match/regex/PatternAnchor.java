package dev.onchange.engine.match.regex;

/** Places between characters, as the server's engine knows them. */
enum PatternAnchor {
    TEXT_BEGIN("\\A"),
    TEXT_END("\\z"),
    /** The end, or before a line feed that ends the text. */
    LAST_LINE_END("(?=\\n?\\z)"),
    /** Seen on 6.0.5: not after the line feed that ends the text. */
    LINE_BEGIN("(?:\\A|(?<=\\n)(?!\\z))"),
    LINE_END("(?=\\n|\\z)"),
    BOUNDARY("(?:(?<=" + PatternAnchor.WORD + ")(?!" + PatternAnchor.WORD + ")|(?<!" + PatternAnchor.WORD + ")(?="
            + PatternAnchor.WORD + "))"),
    NO_BOUNDARY("(?:(?<=" + PatternAnchor.WORD + ")(?=" + PatternAnchor.WORD + ")|(?<!" + PatternAnchor.WORD + ")(?!"
            + PatternAnchor.WORD + "))");

    private static final String WORD = "[0-9A-Z_a-z]";

    private final String java;

    PatternAnchor(String java) {
        this.java = java;
    }

    String java() {
        return java;
    }

    boolean isAt(Subject text, int at) {
        int length = text.length();
        return switch (this) {
            case TEXT_BEGIN -> at == 0;
            case TEXT_END -> at == length;
            case LAST_LINE_END -> at == length || at == length - 1 && text.at(at) == '\n';
            case LINE_BEGIN -> at == 0 || at < length && text.at(at - 1) == '\n';
            case LINE_END -> at == length || text.at(at) == '\n';
            case BOUNDARY -> isWord(text, at - 1) != isWord(text, at);
            case NO_BOUNDARY -> isWord(text, at - 1) == isWord(text, at);
        };
    }

    private static boolean isWord(Subject text, int at) {
        return at >= 0 && at < text.length() && Classes.WORD.contains(text.at(at));
    }
}
