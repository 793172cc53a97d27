package dev.onchange.console;

import dev.onchange.OnChangeException;
import dev.onchange.deadletter.Replayed;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One replay that an operator has asked for. Safe for use by several threads. */
final class ReplayJob {

    /** Counting what no index knows takes long: then it is not known for a while how far the replay is. */
    private static final Duration COUNT = Duration.ofSeconds(5);

    /** At so many looks one after the other nothing has come of it: then it is said what it waits for. */
    private static final int SILENT = 2;

    private final String id;
    private final Asked asked;
    private final Consumer<String> ended;
    private final Sinks.Empty<Void> stop = Sinks.empty();
    private final Sinks.Empty<Void> over = Sinks.empty();
    private long handled;
    private long failed;
    private long gone;
    private long doneAtLastLook = -1;
    private int silentLooks;
    private State state = State.RUNNING;
    private boolean cancelled;
    private @Nullable String message;

    /**
     * What a replay is about.
     *
     * @param by who has asked for it
     * @param which letters, for people
     * @param at when
     * @param total how many letters
     * @param left how many of them have not been tried since; empty if that is not to be known
     * @param hindrance what letters wait for at the moment; null if nothing is known
     */
    record Asked(
            String by,
            String which,
            Instant at,
            long total,
            Mono<Long> left,
            Supplier<@Nullable JsonObject> hindrance) {}

    ReplayJob(String id, Asked asked, Consumer<String> ended) {
        this.id = id;
        this.asked = asked;
        this.ended = ended;
    }

    /** @param looks emits when it is time to look how far it is */
    void start(Function<Publisher<?>, Flux<Replayed>> replay, Flux<Long> looks) {
        looks.filter(look -> isSilent())
                .onBackpressureDrop()
                .concatMap(look -> asked.left.timeout(COUNT).onErrorComplete(), 1)
                .takeUntilOther(over.asMono())
                .subscribe(this::left);
        replay.apply(stop.asMono()).subscribe(this::add, this::fail, this::complete);
    }

    /** Whether nothing has come since the last look: letters of handlers that another instance has give one result at the end alone. */
    private synchronized boolean isSilent() {
        boolean silent = done() == doneAtLastLook;
        doneAtLastLook = done();
        silentLooks = silent ? silentLooks + 1 : 0;
        return silent;
    }

    private long done() {
        return Math.max(handled + failed, gone);
    }

    private synchronized void left(long count) {
        gone = Math.max(gone, asked.total - count);
    }

    private synchronized void add(Replayed result) {
        handled += result.handled();
        failed += result.failed();
    }

    private void fail(Throwable failure) {
        end(State.FAILED, failure instanceof OnChangeException known ? known.getMessage() : failure.toString());
    }

    private void complete() {
        end(State.DONE, null);
    }

    private void end(State reached, @Nullable String why) {
        over.tryEmitEmpty();
        String said;
        synchronized (this) {
            state = cancelled && reached == State.DONE ? State.CANCELLED : reached;
            message = why;
            said = state + ": " + handled + " handled, " + failed + " failed again" + (why == null ? "" : ", " + why);
        }
        ended.accept(said);
    }

    synchronized boolean isRunning() {
        return state == State.RUNNING;
    }

    /** What has begun is done; no further letter is begun. */
    void cancel() {
        synchronized (this) {
            cancelled = true;
        }
        stop.tryEmitEmpty();
    }

    JsonObject json() {
        // Asked without the lock, as it may take a moment.
        JsonObject waits = isStuck() ? asked.hindrance.get() : null;
        synchronized (this) {
            long told = handled + failed;
            return new JsonObject()
                    .put("job", id)
                    .put("by", asked.by)
                    .put("which", asked.which)
                    .put("startedAt", asked.at)
                    .put("done", state == State.RUNNING ? done() : told)
                    .put("total", Math.max(asked.total, told))
                    .put("failed", failed)
                    .put("state", state)
                    .put("waits", state == State.RUNNING ? waits : null)
                    .put("message", message);
        }
    }

    private synchronized boolean isStuck() {
        return state == State.RUNNING && silentLooks >= SILENT;
    }

    private enum State {
        RUNNING,
        DONE,
        CANCELLED,
        FAILED
    }
}
