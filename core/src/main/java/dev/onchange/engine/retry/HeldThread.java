package dev.onchange.engine.retry;

import org.jspecify.annotations.Nullable;

/** The thread that a handler holds while somebody else waits for its end. */
public final class HeldThread {

    private @Nullable Thread thread;
    private boolean interrupted;

    /** The handler begins to hold the present thread. */
    public synchronized void enter() {
        thread = Thread.currentThread();
    }

    /** It goes on to other work, which an interrupt did not mean. */
    public synchronized void leave() {
        thread = null;
        if (interrupted) {
            interrupted = false;
            Thread.interrupted();
        }
    }

    public synchronized void interrupt() {
        if (thread != null) {
            interrupted = true;
            thread.interrupt();
        }
    }

    public synchronized @Nullable Thread thread() {
        return thread;
    }
}
