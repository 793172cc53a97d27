package dev.onchange.engine.match.regex;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** A regular expression of the server's (PCRE). */
public final class Regex {

    private static final String OPTIONS = "imsxu";

    private final @Nullable Finder finder;
    private final String why;

    private Regex(@Nullable Finder finder, String why) {
        this.finder = finder;
        this.why = why;
    }

    /**
     * Compiles a pattern, if its meaning here is the server's.
     *
     * @param options letters as the server takes them
     * @throws InvalidRegexException if the server would not compile it
     */
    public static Regex compile(String pattern, String options) throws InvalidRegexException {
        for (int i = 0; i < options.length(); i++) {
            char option = options.charAt(i);
            if (OPTIONS.indexOf(option) < 0) {
                throw new InvalidRegexException("there is no option '" + option + "'; there are i, m, s and x");
            }
        }
        if (pattern.indexOf('\0') >= 0) {
            throw new InvalidRegexException("a pattern must not hold the character with code 0; write \\x00");
        }
        Translation translation = new Translator(pattern, options).translate();
        if (!translation.why().isEmpty()) {
            return new Regex(null, translation.why());
        }
        Finder literal = translation.literal();
        return new Regex(
                literal != null ? literal : new PatternFinder(java(translation.pattern()), translation.node()), "");
    }

    /** Whether the server would compile it. */
    public static boolean isValid(String pattern, String options) {
        try {
            compile(pattern, options);
            return true;
        } catch (InvalidRegexException invalid) {
            return false;
        }
    }

    /** Whether the server's engine reads it: in what is not UTF-8 nothing is found. */
    public static boolean isText(byte[] bytes, int from, int to) {
        return Utf8.isValid(bytes, from, to);
    }

    private static @Nullable Pattern java(String pattern) {
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException notInJava) {
            // Java demands that a look-behind has an obvious maximum length, and does not always find it.
            return null;
        }
    }

    /** Why only the server can tell; empty if {@link #find} can. */
    public Optional<String> whyNotInProcess() {
        return why.isEmpty() ? Optional.empty() : Optional.of(why);
    }

    /**
     * Looks for the pattern in UTF-8 text from one position to another, in time that grows with the length of the text.
     */
    public Finding find(byte[] bytes, int from, int to) {
        if (finder == null) {
            throw new IllegalStateException(why);
        }
        return finder.find(bytes, from, to);
    }
}
