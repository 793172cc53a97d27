package dev.onchange.engine.scan.rule;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which return types mean that the work goes on after the method has returned, and cannot be waited for. */
public final class ReturnTypes {

    /** Mutiny's value to come, which is no publisher. */
    public static final String UNI = "io.smallrye.mutiny.Uni";

    private static final Set<String> AWAITED = Set.of(
            "org.reactivestreams.Publisher",
            "java.util.concurrent.Flow$Publisher",
            "java.util.concurrent.CompletionStage",
            UNI);

    /** Of RxJava, Kotlin, Vert.x, Scala and Vavr; what these have for several values is mostly a publisher. */
    private static final Set<String> FORGOTTEN = Set.of(
            "java.util.concurrent.Future",
            "io.reactivex.rxjava3.core.Single",
            "io.reactivex.rxjava3.core.Maybe",
            "io.reactivex.rxjava3.core.Completable",
            "io.reactivex.rxjava3.core.Observable",
            "io.reactivex.Single",
            "io.reactivex.Maybe",
            "io.reactivex.Completable",
            "io.reactivex.Observable",
            "rx.Single",
            "rx.Completable",
            "rx.Observable",
            "kotlinx.coroutines.Job",
            "kotlinx.coroutines.flow.Flow",
            "io.vertx.core.Future",
            "scala.concurrent.Future",
            "io.vavr.concurrent.Future");

    /** With these a container calls a method on another thread, and its caller goes on. */
    private static final Set<String> ASYNCHRONOUS = Set.of(
            "org.springframework.scheduling.annotation.Async",
            "jakarta.enterprise.concurrent.Asynchronous",
            "jakarta.ejb.Asynchronous",
            "javax.ejb.Asynchronous",
            "org.eclipse.microprofile.faulttolerance.Asynchronous");

    private ReturnTypes() {}

    /** @param names of the type and of all that it extends or implements */
    public static boolean areForgotten(Collection<String> names) {
        return !Collections.disjoint(names, FORGOTTEN) && Collections.disjoint(names, AWAITED);
    }

    /** The same for what has been returned, or can be. */
    public static boolean areForgotten(Class<?> type) {
        return areForgotten(names(type));
    }

    /** The names of a class and of all that it extends or implements. */
    public static List<String> names(Class<?> type) {
        return type.isPrimitive()
                ? List.of(type.getName())
                : ancestors(type).map(Class::getName).toList();
    }

    /**
     * The annotation that lets a method return before its work is done, if what it returns does not tell when that is.
     *
     * @param annotations the names of those on the method and its class, and of those on these
     * @param returned names of the type that the method returns and of all that it extends or implements
     */
    public static Optional<String> leavingWorkBehind(Collection<String> annotations, Collection<String> returned) {
        if (Collections.disjoint(annotations, ASYNCHRONOUS) || !Collections.disjoint(returned, AWAITED)) {
            return Optional.empty();
        }
        return annotations.stream().filter(ASYNCHRONOUS::contains).findFirst();
    }

    /** A class and all that it extends or implements. */
    public static Stream<Class<?>> ancestors(@Nullable Class<?> type) {
        return type == null
                ? Stream.empty()
                : Stream.concat(
                        Stream.of(type),
                        Stream.concat(Stream.of(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
                                .flatMap(ReturnTypes::ancestors));
    }
}
