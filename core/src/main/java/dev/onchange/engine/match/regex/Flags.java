package dev.onchange.engine.match.regex;

/** The options in force at a place of a pattern. */
record Flags(boolean caseless, boolean multiline, boolean dotAll, boolean extended) {

    static Flags of(String options) {
        return new Flags(
                options.indexOf('i') >= 0,
                options.indexOf('m') >= 0,
                options.indexOf('s') >= 0,
                options.indexOf('x') >= 0);
    }

    Flags with(int option, boolean on) {
        return switch (option) {
            case 'i' -> new Flags(on, multiline, dotAll, extended);
            case 'm' -> new Flags(caseless, on, dotAll, extended);
            case 's' -> new Flags(caseless, multiline, on, extended);
            default -> new Flags(caseless, multiline, dotAll, on);
        };
    }
}
