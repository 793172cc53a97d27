package dev.onchange.engine.match.regex;

/** Looks for a pattern in a text. */
interface Finder {

    /** What the server finds in the text from one position to another. */
    Finding find(byte[] bytes, int from, int to);
}
