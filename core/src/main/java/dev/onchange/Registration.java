package dev.onchange;

import java.util.List;

/** Handlers that were added while listening; closing it removes them and keeps their positions. */
public interface Registration extends AutoCloseable {

    /** The ids of the handlers. */
    List<String> handlerIds();

    /** Finishes what is in flight for these handlers, saves their positions and removes them. Closing twice is harmless. */
    @Override
    void close();
}
