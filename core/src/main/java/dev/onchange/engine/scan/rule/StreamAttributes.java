package dev.onchange.engine.scan.rule;

/**
 * What a handler asks of the command that opens its stream, as it is written.
 *
 * @param comment empty for none
 * @param collation a document; empty for none
 */
public record StreamAttributes(String comment, String collation) {

    /** What is so where nothing is said. */
    public static final StreamAttributes DEFAULT = new StreamAttributes("", "");
}
