package dev.onchange;

import dev.onchange.status.ListenerEvent;
import java.util.function.Consumer;

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
     * @param listener takes what operators do, as {@link ListenerEvent.OperatorActed}: the one of {@link
     *     ChangeListenersBuilder#listener}
     * @throws OnChangeException if the console cannot run; the listeners are closed then
     */
    void start(ChangeListeners listeners, Consumer<ListenerEvent> listener);

    /** Told of every event of the listeners, as {@link ChangeListenersBuilder#listener}: on its thread, before the start too. */
    void onEvent(ListenerEvent event);

    /** Called before the listeners are closed, once or several times. */
    @Override
    void close();
}
