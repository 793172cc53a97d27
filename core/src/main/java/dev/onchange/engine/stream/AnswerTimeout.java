package dev.onchange.engine.stream;

import dev.onchange.engine.stream.StreamFailure.NoAnswer;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Notices that the server does not answer any more. A connection that breaks without a word, as when a router has
 * forgotten it, looks like a server that is busy: the driver has no limit for the answer, and the operating system
 * finds out after two hours. So a stream waits for so long, and then opens another cursor by another connection. As a
 * server may be busy indeed, reading through a long history, it is given twice the time whenever the last wait was in
 * vain.
 */
final class AnswerTimeout {

    /** Of the limit; so exact is the wait. */
    private static final int PARTS = 8;

    /** A server that opens a stream looks for its beginning first. */
    private static final int OPENING_FACTOR = 4;

    private static final int MOST_DOUBLINGS = 16;

    private final Duration limit;
    private final Scheduler scheduler;
    private volatile int openingsInVain;
    private volatile int waitsInVain;

    /** @param limit how long an answer may take when a stream is open */
    AnswerTimeout(Duration limit, Scheduler scheduler) {
        this.limit = limit;
        this.scheduler = scheduler;
    }

    /** Never completes; fails when it has taken too long. */
    Mono<Void> of(CursorReader reader) {
        return Flux.defer(() -> {
                    Wait wait = new Wait(reader);
                    return Flux.interval(limit.dividedBy(PARTS), scheduler)
                            .onBackpressureDrop()
                            .doOnNext(tick -> wait.look());
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

        void look() {
            Error broken = reader.broken();
            if (broken != null) {
                throw broken;
            }
            long now = reader.answers();
            if (now != answers || !reader.busy()) {
                answers = now;
                unchanged = 0;
                openingsInVain = now > 0 ? 0 : openingsInVain;
                waitsInVain = now > 1 ? 0 : waitsInVain;
            } else if (++unchanged >= patience()) {
                throw inVain();
            }
        }

        private long patience() {
            return answers == 0 ? ((long) PARTS * OPENING_FACTOR) << openingsInVain : (long) PARTS << waitsInVain;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one reading at a time is watched
        private NoAnswer inVain() {
            NoAnswer end = new NoAnswer(limit.multipliedBy(unchanged).dividedBy(PARTS));
            if (answers == 0) {
                openingsInVain = Math.min(MOST_DOUBLINGS, openingsInVain + 1);
            } else {
                waitsInVain = Math.min(MOST_DOUBLINGS, waitsInVain + 1);
            }
            return end;
        }
    }
}
