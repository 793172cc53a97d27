package dev.onchange.retry;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;

/** Puts what a handler threw into words. */
final class Failures {

    /** Enough for a stack with several causes, and far below the size of a document. */
    private static final int LONGEST_STACK = 64 * 1024;

    private Failures() {}

    /** Never fails, whatever the exception's own methods do. */
    static DeadLetter.Failure describe(Throwable failure) {
        String type = failure.getClass().getName();
        try {
            StringWriter stack = new StringWriter();
            failure.printStackTrace(new PrintWriter(stack));
            return new DeadLetter.Failure(
                    type, cut(Objects.requireNonNullElse(failure.getMessage(), "")), cut(stack.toString()));
        } catch (RuntimeException unspeakable) {
            return new DeadLetter.Failure(type, "", unspeakable.toString());
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_STACK ? text : text.substring(0, LONGEST_STACK);
    }
}
