package dev.onchange;

/** A document of a change could not be decoded to the payload type. */
public class PayloadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message which field of which change could not be decoded to which type
     * @param cause what the codec reported
     */
    public PayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
