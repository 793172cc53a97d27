package dev.onchange.engine.stream;

/** Gets the commands of one subscription and their replies, on the driver's threads; must not block. */
interface CommandObserver {

    /** A command is about to be sent. */
    void started(String command);

    /** The server has answered a command; the events of the reply have not been emitted yet. */
    void replied(CursorReply reply);

    /** The server has refused it, or the connection broke. */
    void failed(String command);

    /** One of these methods has thrown an error, which the driver would lose. */
    default void broken(Error error) {}
}
