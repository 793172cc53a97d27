package dev.onchange.testing;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Interceptor;
import dev.onchange.status.ClusterStatus.MemberStatus;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One of several listeners that a test starts beside each other by {@link Listening#startInstance}, and can kill. */
public final class Instance implements AutoCloseable {

    private final MongoClient client;
    private final Sinks.Empty<Void> killed = Sinks.empty();
    private final Set<String> incarnations = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;
    private volatile boolean dead;
    private @Nullable ChangeListeners listeners;
    private CompletableFuture<Void> clearedUp = CompletableFuture.completedFuture(null);

    /** @param client of this instance alone, which is closed with it */
    Instance(MongoClient client) {
        this.client = client;
    }

    /** Starts the listeners. */
    Instance start(ChangeListenersBuilder builder) {
        try {
            listeners = builder.start();
        } catch (RuntimeException | Error failure) {
            client.close();
            throw failure;
        }
        return this;
    }

    /** What fails as soon as this instance is killed; to stand around all that has to do with calls. */
    Interceptor untilKilled() {
        return new Interceptor() {
            @Override
            public @Nullable Publisher<?> intercept(Invocation invocation) throws Throwable {
                if (dead) {
                    throw killed();
                }
                Publisher<?> end = invocation.proceed();
                return end == null
                        ? null
                        : Flux.<Object>from(end).takeUntilOther(killed.asMono()).concatWith(failureIfKilled());
            }
        };
    }

    /** The same listener, which hears nothing of an instance that was killed. */
    Consumer<ListenerEvent> untilKilled(Consumer<ListenerEvent> listener) {
        return event -> {
            if (!dead) {
                listener.accept(event);
            }
        };
    }

    private <T> Mono<T> failureIfKilled() {
        return Mono.defer(() -> dead ? Mono.error(killed()) : Mono.empty());
    }

    private static InjectedFault killed() {
        return new InjectedFault("the instance was killed");
    }

    /** Its listeners, closed ones after {@link #close} and {@link #kill}. */
    public ChangeListeners listeners() {
        if (listeners == null) {
            throw new IllegalStateException("The instance has not started");
        }
        return listeners;
    }

    /**
     * Ends it as a crash of its process would: its connections are closed, so it says goodbye to nobody, saves nothing and
     * leaves open what it has begun. No handler is called any more, and publishers of handlers are cancelled. What cannot be had in
     * one process: a call that blocks goes on until it returns. Other instances take over after the lease, two seconds unless
     * the test sets another one; one that starts under the same name, at once.
     */
    public void kill() {
        if (end()) {
            dead = true;
            killed.tryEmitEmpty();
            client.close();
            clearedUp = CompletableFuture.runAsync(
                            listeners()::close, task -> daemon(task).start())
                    .exceptionally(unsaved -> null);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "onchange-killed");
        thread.setDaemon(true);
        return thread;
    }

    /** Ends it in an orderly way: it gives its handlers away. */
    @Override
    public void close() {
        if (end()) {
            listeners().close();
            client.close();
        }
    }

    private boolean end() {
        boolean first = !ended;
        incarnations();
        ended = true;
        return first;
    }

    /** Waits for a while until nothing of one that was killed runs any more. */
    void awaitClearedUp(Duration limit) {
        try {
            clearedUp.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            // A call that blocks: it is the test's.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Whether it listens with a handler, or with a partition of one. */
    boolean has(String handlerId) {
        return listeners().status().cluster().handlers().stream()
                .anyMatch(each -> each.id().equals(handlerId) && each.listening() && is(each.owner()));
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether a member of the cluster is this instance. */
    boolean is(String memberId) {
        return incarnations().contains(memberId);
    }

    /** One that was taken for dead joins again as another member. */
    private Set<String> incarnations() {
        if (!ended) {
            listeners().status().cluster().members().stream()
                    .filter(MemberStatus::self)
                    .map(MemberStatus::id)
                    .forEach(incarnations::add);
        }
        return incarnations;
    }
}
