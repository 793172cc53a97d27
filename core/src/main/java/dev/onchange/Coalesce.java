package dev.onchange;

/** Whether a handler gets every change of a document, or only those that no newer one has overtaken. */
public enum Coalesce {
    /** Every change. */
    NONE,
    /**
     * The newest: a change that arrives while an older one of the same document has not begun takes its place. A delete
     * takes the place of older changes, and nothing takes the place of a delete.
     */
    LATEST
}
