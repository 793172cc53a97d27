package dev.onchange.stream;

/** The server closed the cursor without an error, as it does after {@code invalidate}. */
final class CursorClosed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CursorClosed() {
        super("The server closed the cursor", null, false, false);
    }
}
