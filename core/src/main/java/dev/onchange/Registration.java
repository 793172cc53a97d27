package dev.onchange;

import java.util.List;

/** Handlers that were added while listening; closing it removes them and keeps their positions. */
public interface Registration extends AutoCloseable {

    /** The ids of the handlers. */
    List<String> handlerIds();

    /**
     * Finishes what is in flight for these handlers, saves their positions and removes them. Positions that cannot be
     * saved now are saved later, as the status tells. Closing twice is harmless.
     *
     * <p>In a handler it returns at once, as with {@link ChangeListeners#close}: the handlers that go begin with no further
     * change, and are removed when the call is over. If its change is handled, it is settled; else it comes again when
     * the handler comes back.
     */
    @Override
    void close();
}
