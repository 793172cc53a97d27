package dev.onchange;

/** What happens to a change whose last attempt has failed. */
public enum Exhausted {
    /** It is stored as a dead letter, and later changes of the same document are parked behind it. */
    DEAD_LETTER,
    /** The handler stops before it and keeps its position; other handlers go on. */
    STOP,
    /** It is passed over, counted and visible in the status. */
    SKIP
}
