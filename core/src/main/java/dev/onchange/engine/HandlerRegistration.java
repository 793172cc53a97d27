package dev.onchange.engine;

import dev.onchange.Registration;
import java.util.List;

/** A registration whose removal may be asked for again and again. */
record HandlerRegistration(List<String> handlerIds, Runnable removal) implements Registration {

    HandlerRegistration {
        handlerIds = List.copyOf(handlerIds);
    }

    @Override
    public void close() {
        removal.run();
    }
}
