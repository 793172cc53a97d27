package dev.onchange.engine.stream;

import dev.onchange.engine.stream.StreamFailure.NoAnswer;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Fails when the server does not answer any more. A connection that breaks silently, as when a network router has
 * dropped it, looks like a server that is busy: the driver has no limit for the answer, and the operating system
 * finds out after two hours. So a stream waits for a limited time, then opens another cursor on another connection. As
 * a server may really be busy, reading through a long oplog, the time doubles whenever the last wait timed out.
 */
final class AnswerTimeout {

    /** Into so many parts the limit is divided: the time-out is exact to one of them. */
    private static final int TICKS = 8;

    /** A server that opens a stream first searches the oplog for its start. */
    private static final int OPENING_FACTOR = 4;

    private static final int MAX_DOUBLINGS = 16;

    private final Duration limit;
    private final Scheduler scheduler;
    private volatile int timedOutOpenings;
    private volatile int timedOutWaits;

    /** @param limit how long an answer may take when a stream is open */
    AnswerTimeout(Duration limit, Scheduler scheduler) {
        this.limit = limit;
        this.scheduler = scheduler;
    }

    /** Never completes; fails when it has taken too long. */
    Mono<Void> watch(CursorReader reader) {
        return Flux.defer(() -> {
                    Wait wait = new Wait(reader);
                    return Flux.interval(limit.dividedBy(TICKS), scheduler)
                            .onBackpressureDrop()
                            .doOnNext(tick -> wait.check());
                })
                .then();
    }

    private final class Wait {

        private final CursorReader reader;
        private long answers;
        private long unchanged;

        Wait(CursorReader reader) {
            this.reader = reader;
        }

        void check() {
            Error thrown = reader.observerError();
            if (thrown != null) {
                throw thrown;
            }
            long now = reader.answers();
            if (now != answers || !reader.awaitsReply()) {
                answers = now;
                unchanged = 0;
                timedOutOpenings = now > 0 ? 0 : timedOutOpenings;
                timedOutWaits = now > 1 ? 0 : timedOutWaits;
            } else if (++unchanged >= allowedTicks()) {
                throw timedOut();
            }
        }

        private long allowedTicks() {
            return answers == 0 ? ((long) TICKS * OPENING_FACTOR) << timedOutOpenings : (long) TICKS << timedOutWaits;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one reading at a time is watched
        private NoAnswer timedOut() {
            NoAnswer end = new NoAnswer(limit.multipliedBy(unchanged).dividedBy(TICKS));
            if (answers == 0) {
                timedOutOpenings = Math.min(MAX_DOUBLINGS, timedOutOpenings + 1);
            } else {
                timedOutWaits = Math.min(MAX_DOUBLINGS, timedOutWaits + 1);
            }
            return end;
        }
    }
}
