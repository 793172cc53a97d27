package dev.onchange.engine;

import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.deadletter.LetterCount;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks the store from time to time how many letters the handlers have. Pauses for longer where the answer takes long, so that
 * millions of letters do not burden the store.
 */
final class LetterMonitor {

    /** Of the time, the answers take this part at most. */
    private static final int PAUSE_PER_ANSWER = 20;

    /** No store needs as long; one that does not answer at all is asked again. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final DeadLetterStore store;
    private final Disposable.Swap asking = Disposables.swap();
    private volatile @Nullable Map<String, LetterCount> latest;

    LetterMonitor(DeadLetterStore store) {
        this.store = store;
    }

    /** Asks once, and then again and again. */
    void start(Supplier<Collection<String>> handlerIds, Duration interval, Scheduler timer) {
        asking.update(Mono.defer(() -> store.countByHandler(handlerIds.get()))
                .doOnNext(counts -> latest = Map.copyOf(counts))
                .then()
                .timeout(LONGEST, timer)
                // What hinders the store is told where letters are written and read.
                .onErrorComplete()
                .thenReturn(true)
                .elapsed(timer)
                .map(asked -> interval.toMillis() + PAUSE_PER_ANSWER * asked.getT1())
                .flatMap(pause -> Mono.delay(Duration.ofMillis(pause), timer))
                .repeat()
                .subscribe());
    }

    void stop() {
        asking.dispose();
    }

    /** Null if the store has not answered yet. */
    @Nullable
    LetterCount of(String handlerId) {
        Map<String, LetterCount> counts = latest;
        return counts == null ? null : counts.getOrDefault(handlerId, LetterCount.NONE);
    }
}
