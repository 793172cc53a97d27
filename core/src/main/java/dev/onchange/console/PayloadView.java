package dev.onchange.console;

/** Chosen with {@link Console#payloads}: how much of the documents in changes the console shows. */
public enum PayloadView {
    /** Names of fields and types of values, and the keys of documents. */
    MASKED,
    /** Everything that is not {@linkplain Console#redact redacted}. */
    FULL
}
