package dev.onchange;

/** Who reads the document after an update for handlers that ask for {@code UPDATE_LOOKUP}. */
public enum LookUp {
    /** The server, one document an update in turn, for all updates of the stream. */
    SERVER,
    /** The client, one query a batch, for the updates that a handler can still want. */
    CLIENT
}
