package dev.onchange.engine;

import dev.onchange.engine.dispatch.HandlerBinding;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.stream.OpenStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lets handlers join and leave streams while these go on: at once if the server sends already what they want, else when another cursor
 * is open beside the present one, which it replaces between two changes.
 */
final class StreamContinuations {

    private final EngineState state;
    private final StreamFactory factory;
    private final OpeningLimit openingLimit;
    private final BiConsumer<ActiveStream, ActiveStream> replace;
    private final Set<OpenStream> opening;

    /**
     * @param replace puts a stream as it goes on in the place of what it was
     * @param opening the server's streams that are not in use yet, whose end a close waits for
     */
    StreamContinuations(
            EngineState state,
            StreamFactory factory,
            OpeningLimit openingLimit,
            BiConsumer<ActiveStream, ActiveStream> replace,
            Set<OpenStream> opening) {
        this.state = state;
        this.factory = factory;
        this.openingLimit = openingLimit;
        this.replace = replace;
        this.opening = opening;
    }

    /**
     * The streams that can become those of the plan while they go on.
     *
     * @param moved the ids of partitions that begin elsewhere than they stand, or go
     * @param beginning the ids of the handlers that begin at the present time
     * @param free whether nothing of a partition is under way that must end with its stream, by its id
     */
    List<Continuation> of(StreamPlans plan, Set<String> moved, Set<String> beginning, Predicate<String> free) {
        Map<String, StreamPlan> planned = new HashMap<>();
        plan.streams().forEach(stream -> planned.put(stream.name(), stream));
        return active().filter(run -> !run.serves(planned.get(run.plan().name()))
                        && moved.stream().noneMatch(run::feeds))
                .flatMap(run -> Stream.ofNullable(planned.get(run.plan().name()))
                        .flatMap(next -> Continuation.of(run, next, beginning).stream()))
                .filter(continuation -> concerned(continuation).allMatch(free))
                .toList();
    }

    private Stream<String> concerned(Continuation continuation) {
        return Stream.concat(
                continuation.leaving().stream(),
                continuation.joining().stream()
                        .flatMap(handler -> state.owned().of(handler.spec()).stream())
                        .map(Partition::id));
    }

    /** What is to be asked of the server of a stream; if it can go on, that is what those bring along who join. */
    Stream<StreamPlan> toBeAsked(StreamPlan plan) {
        Set<String> all = new HashSet<>();
        plan.handlers().forEach(handler -> all.add(handler.spec().id()));
        return active()
                .filter(run -> run.plan().name().equals(plan.name()))
                .flatMap(run -> Continuation.of(run, plan, all).stream())
                .findFirst()
                .map(Continuation::ofJoining)
                .or(() -> Optional.of(plan))
                .filter(asked -> !asked.handlers().isEmpty())
                .stream();
    }

    private Stream<ActiveStream> active() {
        return state.streams().stream().filter(ActiveStream::active);
    }

    /** Completes when the handlers take part. */
    Mono<Void> join(List<Continuation> continuing, HandlerSet declared, Map<String, StartPosition> starts) {
        return Flux.fromIterable(continuing)
                .concatMap(each -> join(each, declared, starts))
                .then();
    }

    private Mono<Void> join(Continuation continuation, HandlerSet declared, Map<String, StartPosition> starts) {
        return Mono.defer(() -> {
            ActiveStream run = continuation.run();
            ActiveStream next = factory.continued(continuation, state.owned());
            List<HandlerBinding> joining = factory.joining(continuation, next, declared, state.owned(), starts);
            Mono<Void> joined = run.dispatcher().isFedBy(next.stream())
                    ? Mono.fromRunnable(() -> run.dispatcher().join(joining))
                    : opened(next, joining);
            return joined.then(Mono.fromRunnable(() -> replace.accept(run, next)));
        });
    }

    private Mono<Void> opened(ActiveStream next, List<HandlerBinding> joining) {
        opening.add(next.stream());
        return openingLimit
                .await(next.dispatcher().continueWith(next.stream(), joining), next)
                .doOnError(failure -> next.stream()
                        .closed()
                        .doFinally(end -> opening.remove(next.stream()))
                        .subscribe());
    }
}
