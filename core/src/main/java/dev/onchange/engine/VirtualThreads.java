package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/** Threads that cost nothing while they wait; reached by reflection, since the project is compiled for Java 17. */
public final class VirtualThreads {

    private static final String NAME = "onchange-";

    private VirtualThreads() {}

    /**
     * Runs each task on a new virtual thread. Nothing is to be closed.
     *
     * @throws OnChangeException before Java 21
     */
    public static Executor executor() {
        ThreadFactory factory = factory();
        return task -> factory.newThread(task).start();
    }

    private static ThreadFactory factory() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
            Method name = type.getMethod("name", String.class, long.class);
            return (ThreadFactory) type.getMethod("factory").invoke(name.invoke(builder, NAME, 1L));
        } catch (ReflectiveOperationException e) {
            // In Java 19 and 20 they were there, but only to be tried out.
            throw refused(e);
        }
    }

    private static OnChangeException refused(ReflectiveOperationException cause) {
        Problem problem = new Problem(
                ProblemCode.JAVA_TOO_OLD,
                "ChangeListenersBuilder.virtualThreads()",
                "virtual threads need Java 21, and this is Java "
                        + Runtime.version().feature() + ".",
                "Run on Java 21 or later, or leave the call out: handlers then run on a pool of threads.");
        return new OnChangeException(List.of(problem), cause);
    }
}
