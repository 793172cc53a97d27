package dev.onchange;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What follows from a failure, by its type. Of the classes that are named the one nearest to the failure's own decides,
 * whichever list it stands in: {@code on = IOException, except = FileNotFoundException} and the reverse both do what
 * they say. What no class stands for is not tried again.
 *
 * <p>Causes do not count, except behind an exception that only says that another was thrown elsewhere
 * ({@link CompletionException}, {@link ExecutionException}, {@link InvocationTargetException},
 * {@link UndeclaredThrowableException}) and is not named itself. A {@link PayloadException} is not tried again unless
 * it is itself named for that: the same bytes decode no better the next time. An {@link UnawaitedException} stops the
 * handler: with every change something would go on of which nobody learns the end.
 *
 * @param on worth another attempt
 * @param except not worth one: the attempts are exhausted at once
 * @param stopOn the handler stops at once before the change
 */
public record FailureRules(
        List<Class<? extends Throwable>> on,
        List<Class<? extends Throwable>> except,
        List<Class<? extends Throwable>> stopOn) {

    /** Everything is tried again. */
    public static final FailureRules RETRY_ALL = new FailureRules(List.of(Throwable.class), List.of(), List.of());

    private static final List<Class<? extends Throwable>> ENVELOPES = List.of(
            CompletionException.class,
            ExecutionException.class,
            InvocationTargetException.class,
            UndeclaredThrowableException.class);

    /** What follows. */
    public enum Answer {
        /** Another attempt, if one is left. */
        RETRY,
        /** What follows the last attempt, at once. */
        EXHAUSTED,
        /** The handler stops, whatever follows its last attempt otherwise. */
        STOP
    }

    public FailureRules {
        on = List.copyOf(on);
        except = List.copyOf(except);
        stopOn = List.copyOf(stopOn);
    }

    /** What follows from a failure. */
    public Answer answer(Throwable failure) {
        Throwable judged = opened(failure);
        if (judged instanceof UnawaitedException) {
            return Answer.STOP;
        }
        for (Class<?> type = judged.getClass(); type != null; type = type.getSuperclass()) {
            Answer answer = answerTo(type);
            if (answer == Answer.RETRY
                    && judged instanceof PayloadException
                    && type.isAssignableFrom(RuntimeException.class)) {
                return Answer.EXHAUSTED;
            }
            if (answer != null) {
                return answer;
            }
        }
        return Answer.EXHAUSTED;
    }

    /** The failure itself, or what the envelope holds in which it came. */
    private Throwable opened(Throwable failure) {
        Throwable opened = failure;
        while (ENVELOPES.contains(opened.getClass())
                && answerTo(opened.getClass()) == null
                && opened.getCause() != null) {
            opened = opened.getCause();
        }
        return opened;
    }

    /** Throwable stands in {@code on} by default, so there the other lists win. */
    private @Nullable Answer answerTo(Class<?> type) {
        if (stopOn.contains(type)) {
            return Answer.STOP;
        }
        if (except.contains(type)) {
            return Answer.EXHAUSTED;
        }
        return on.contains(type) ? Answer.RETRY : null;
    }
}
