package dev.onchange.engine.message;

import dev.onchange.BatchFailure;
import dev.onchange.deadletter.DeadLetter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

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

    /** What says at which change of a batch a handler failed, also if something of the JDK is wrapped around it; else null. */
    public static @Nullable BatchFailure batchFailure(Throwable failure) {
        Throwable present = failure;
        for (int depth = 0; present != null && depth < DEEPEST; depth++) {
            if (present instanceof BatchFailure at) {
                return at;
            }
            boolean envelope = present instanceof CompletionException
                    || present instanceof ExecutionException
                    || present instanceof InvocationTargetException
                    || present instanceof UndeclaredThrowableException;
            present = envelope ? present.getCause() : null;
        }
        return null;
    }

    /** Why a call with one change failed, without the word that it was that change. */
    public static Throwable ofOneChange(Throwable failure) {
        BatchFailure at = batchFailure(failure);
        return at == null || at.getCause() == null ? failure : at.getCause();
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
