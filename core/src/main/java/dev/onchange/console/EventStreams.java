package dev.onchange.console;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Server-sent events: their form, a sign of life while there are none, and how many may be open at a time. */
final class EventStreams {

    /** So soon it is noticed that a client has gone; proxies close what is silent for a minute. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

    private static final int MOST = 8;

    /** Waiting for a client that reads slowly; what comes beyond is left out. */
    private static final int BUFFER = 1_000;

    private final Scheduler timer;
    private final Semaphore free = new Semaphore(MOST);
    private final Sinks.Empty<Void> closed = Sinks.empty();

    EventStreams(Scheduler timer) {
        this.timer = timer;
    }

    static String event(String name, JsonObject data) {
        return "event: " + name + "\ndata: " + data.text().replace("\n", "\\n") + "\n\n";
    }

    /**
     * One that is open for as long as a client takes it: it counts from then on, since a client may have gone before its door begins.
     *
     * @throws Refusal if too many are open
     */
    ConsoleReply reply(Flux<String> events) {
        if (free.availablePermits() == 0) {
            throw new Refusal(429, "TOO_MANY", "There are " + MOST + " streams of events open already; close one.");
        }
        return ConsoleReply.events(Flux.using(
                free::tryAcquire,
                got -> got ? alive(events).takeUntilOther(closed.asMono()) : Flux.empty(),
                this::release));
    }

    /** Ends those that are open: doors hold a thread for each. */
    void close() {
        closed.tryEmitEmpty();
    }

    private void release(boolean got) {
        if (got) {
            free.release();
        }
    }

    private Flux<String> alive(Flux<String> events) {
        Sinks.Empty<Void> end = Sinks.empty();
        Flux<String> alive = Flux.interval(SIGN_OF_LIFE, timer)
                .map(tick -> ": \n\n")
                .onBackpressureDrop()
                .takeUntilOther(end.asMono());
        Flux<String> begun = Flux.just("retry: 2000\n\n");
        return begun.concatWith(Flux.merge(
                events.doFinally(how -> end.tryEmitEmpty())
                        .onBackpressureBuffer(BUFFER, dropped -> {}, BufferOverflowStrategy.DROP_OLDEST),
                alive));
    }
}
