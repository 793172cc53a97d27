package dev.onchange.engine.transaction;

import org.jspecify.annotations.Nullable;

/** The thread that a handler holds while another thread waits for the end of the call. */
final class HeldThread {

    private @Nullable Thread thread;
    private boolean interrupted;

    /** The handler begins to hold the present thread. */
    synchronized void enter() {
        thread = Thread.currentThread();
    }

    /** It goes on to other work, which an interrupt did not mean. */
    synchronized void leave() {
        thread = null;
        if (interrupted) {
            interrupted = false;
            Thread.interrupted();
        }
    }

    synchronized void interrupt() {
        if (thread != null) {
            interrupted = true;
            thread.interrupt();
        }
    }

    synchronized @Nullable Thread thread() {
        return thread;
    }
}
