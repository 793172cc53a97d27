package dev.onchange;

import dev.onchange.status.ListenerEvent;

/**
 * What {@link ChangeListenersBuilder#console} takes: a console that runs beside the listeners. {@code
 * dev.onchange.console.Console} is the one that there is.
 */
public interface ListenersConsole extends AutoCloseable {

    /**
     * Called before anything is started.
     *
     * @throws OnChangeException if the console cannot run as it is set up
     */
    void check();

    /**
     * Called once when the listeners are at work.
     *
     * @throws OnChangeException if the console cannot run; the listeners are closed then
     */
    void start(ChangeListeners listeners);

    /** Told of every event of the listeners, as {@link ChangeListenersBuilder#listener}: on its thread, before the start too. */
    void onEvent(ListenerEvent event);

    /** Called before the listeners are closed, once or several times. */
    @Override
    void close();
}
