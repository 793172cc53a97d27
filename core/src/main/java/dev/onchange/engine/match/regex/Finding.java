package dev.onchange.engine.match.regex;

/** What the server finds of a pattern in a text. Its engine gives up after 200,000 steps from one place of the text. */
public enum Finding {
    FOUND,
    NOT_FOUND,
    /** The text matches, but the server does not find that out. */
    GIVEN_UP,
    /** The text matches; whether the server finds that out is not known here. */
    FOUND_OR_GIVEN_UP,
    /** The text does not match; whether the server finds that out is not known here. */
    NOT_FOUND_OR_GIVEN_UP
}
