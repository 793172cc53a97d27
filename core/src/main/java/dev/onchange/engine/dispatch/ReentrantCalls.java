package dev.onchange.engine.dispatch;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls of handlers that last until their listeners have ended: to wait for them before that would be to wait for
 * oneself. Safe for use by several threads.
 */
public final class ReentrantCalls {

    /** Where the JVM, seen with 17 and 25, waits for its shutdown hooks, and with it whoever has called {@code System.exit}. */
    private static final String END_OF_PROCESS = "java.lang.Shutdown";

    private final Set<Thread> closing = ConcurrentHashMap.newKeySet();

    /** The present thread, in a call of a handler, does something that ends its listeners. */
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
                .anyMatch(frame -> frame.getClassName().equals(END_OF_PROCESS));
    }
}
