package dev.onchange.engine.dispatch;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls of handlers that last until their listeners have ended, because they close these listeners or end the process.
 * Waiting for such a call before would never end. Safe for use by several threads.
 */
public final class ReentrantCalls {

    /**
     * The class in which a thread that has called {@code System.exit} waits for the shutdown hooks; seen with Java 17
     * and 25.
     */
    private static final String SHUTDOWN_CLASS = "java.lang.Shutdown";

    private final Set<Thread> closing = ConcurrentHashMap.newKeySet();

    /** Runs something on the present thread, in a call of a handler, that ends the listeners of this handler. */
    public void within(Runnable ending) {
        closing.add(Thread.currentThread());
        try {
            ending.run();
        } finally {
            closing.remove(Thread.currentThread());
        }
    }

    boolean isEnding(Thread thread) {
        return closing.contains(thread) || isExiting(thread);
    }

    static boolean isExiting(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(SHUTDOWN_CLASS));
    }
}
