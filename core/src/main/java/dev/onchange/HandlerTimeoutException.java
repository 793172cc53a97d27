package dev.onchange;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A handler did not end in time. If it held a thread, the stack trace is that of this thread at that moment. */
public final class HandlerTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param thread what the handler held; null if none */
    public HandlerTimeoutException(String handler, Duration timeout, @Nullable Thread thread) {
        super(message(handler, timeout, thread));
        if (thread != null) {
            setStackTrace(thread.getStackTrace());
        }
    }

    private static String message(String handler, Duration timeout, @Nullable Thread thread) {
        String ending = thread == null
                ? "what it returned has not completed"
                : "thread " + thread.getName() + " is " + thread.getState() + " at the stack of this exception";
        return handler + " has not ended within " + timeout + ": " + ending;
    }
}
