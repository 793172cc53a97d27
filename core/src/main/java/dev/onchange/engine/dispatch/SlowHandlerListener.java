package dev.onchange.engine.dispatch;

/** Is called with handlers that delay the other handlers of their stream; must not throw and not block. */
@FunctionalInterface
public interface SlowHandlerListener {

    /** Called once for each handler of a stream. */
    void onSlowHandler(String handlerId);
}
