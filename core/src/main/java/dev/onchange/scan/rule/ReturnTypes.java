package dev.onchange.scan.rule;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;

/** Which return types say that the work goes on after the method has returned, though nobody would wait for it. */
public final class ReturnTypes {

    private static final Set<String> AWAITED = Set.of(
            "org.reactivestreams.Publisher",
            "java.util.concurrent.Flow$Publisher",
            "java.util.concurrent.CompletionStage");

    /** Of RxJava 2 and 3, of Mutiny and of Kotlin; what these have for several values is a publisher. */
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
            "io.smallrye.mutiny.Uni",
            "kotlinx.coroutines.Deferred");

    private ReturnTypes() {}

    /** @param names of the type and of all that it extends or implements */
    public static boolean areForgotten(Collection<String> names) {
        return !Collections.disjoint(names, FORGOTTEN) && Collections.disjoint(names, AWAITED);
    }
}
