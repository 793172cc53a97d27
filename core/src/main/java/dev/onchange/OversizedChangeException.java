package dev.onchange;

/**
 * The server could not send a change, because with all that was asked for it is larger than a document may be. What is
 * known of it stands in its dead letter: operation, namespace, document key and time.
 */
public class OversizedChangeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message which change it is, and what can be done */
    public OversizedChangeException(String message) {
        super(message);
    }
}
