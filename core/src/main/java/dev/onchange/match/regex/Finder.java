package dev.onchange.match.regex;

/** Looks for a pattern in a text. */
interface Finder {

    /** Whether the pattern is found in the text from one position to another. */
    boolean find(byte[] bytes, int from, int to);
}
