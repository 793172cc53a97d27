package dev.onchange.engine.message;

import dev.onchange.deadletter.DeadLetter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Objects;

/** Describes the exceptions of handlers. */
public final class FailureDescription {

    /** Enough for a stack with several causes, and far below the size of a document. */
    private static final int LONGEST_STACK = 64 * 1024;

    /** More causes are of no use to a reader, and causes may form a circle. */
    private static final int DEEPEST = 100;

    private FailureDescription() {}

    /** Never fails, whatever the exception's own methods do. */
    public static DeadLetter.Failure describe(Throwable failure) {
        String type = failure.getClass().getName();
        try {
            StringWriter stack = new StringWriter();
            failure.printStackTrace(new PrintWriter(stack));
            return new DeadLetter.Failure(
                    type, cut(Objects.requireNonNullElse(failure.getMessage(), "")), cut(stack.toString()));
        } catch (Throwable untold) {
            return new DeadLetter.Failure(type, "", untold.getClass().getName());
        }
    }

    /**
     * The failure itself, or one that stands for it if its own methods fail: everything that a failure is told to, logs
     * and health checks included, calls these.
     */
    public static Throwable tellable(Throwable failure) {
        Throwable told = failure;
        StringBuilder said = new StringBuilder();
        try {
            for (int depth = 0; told != null && depth < DEEPEST; depth++) {
                said.append(told.getMessage()).append(told).append(Arrays.asList(told.getSuppressed()));
                said.setLength(0);
                told = told.getCause();
            }
            return failure;
        } catch (Throwable untold) {
            return standIn(failure, told, untold);
        }
    }

    private static Throwable standIn(Throwable failure, Throwable dumb, Throwable untold) {
        RuntimeException standIn = new RuntimeException(failure.getClass().getName()
                + ", of which no more can be told: methods of "
                + dumb.getClass().getName()
                + " fail with "
                + untold.getClass().getName());
        try {
            standIn.setStackTrace(failure.getStackTrace());
        } catch (Throwable noStack) {
            return standIn;
        }
        return standIn;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_STACK ? text : text.substring(0, LONGEST_STACK);
    }
}
