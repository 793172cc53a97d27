package dev.onchange.testing;

import dev.onchange.Interceptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Notes what handlers receive and how it ends, and lets them fail as planned. */
final class Recorder implements Interceptor {

    private record Planned(int calls, Supplier<? extends Throwable> failure) {}

    /** Its own lock. There may be a million: no list that is copied for each. */
    private final List<Received> received = new ArrayList<>();

    private final Map<String, Planned> planned = new HashMap<>();

    @Override
    public @Nullable Publisher<?> intercept(Invocation invocation) throws Throwable {
        Publisher<?> end;
        try {
            failAsPlanned(invocation.handler().id());
            end = invocation.proceed();
        } catch (Throwable failure) {
            note(invocation, failure);
            throw failure;
        }
        if (end == null) {
            note(invocation, null);
            return null;
        }
        return Flux.from(end)
                .doOnError(failure -> note(invocation, failure))
                .doOnComplete(() -> note(invocation, null));
    }

    List<Received> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    /** Lets the next calls of a handler fail without reaching it. */
    synchronized void failNext(String handlerId, int calls, Supplier<? extends Throwable> failure) {
        planned.put(handlerId, new Planned(calls, failure));
    }

    private void failAsPlanned(String handlerId) throws Throwable {
        Supplier<? extends Throwable> failure = next(handlerId);
        if (failure != null) {
            throw failure.get();
        }
    }

    private synchronized @Nullable Supplier<? extends Throwable> next(String handlerId) {
        Planned next = planned.remove(handlerId);
        if (next == null) {
            return null;
        }
        if (next.calls() > 1) {
            planned.put(handlerId, new Planned(next.calls() - 1, next.failure()));
        }
        return next.failure();
    }

    private void note(Invocation invocation, @Nullable Throwable failure) {
        synchronized (received) {
            invocation
                    .events()
                    .forEach(event -> received.add(new Received(
                            invocation.handler().id(), invocation.attempt().number(), event, failure)));
        }
    }
}
