package dev.onchange.engine;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.OplogWindow;
import dev.onchange.status.Lag;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks the server from time to time from when to when its history reaches: one small command for all handlers. Says for
 * each position how far it is behind, and raises an alarm when a position is nearly lost.
 */
final class OplogMonitor {

    private final Mono<OplogWindow> question;
    private final Supplier<Map<String, Position>> positions;
    private final Alarm whenNearlyLost;
    private final Disposable.Swap asking = Disposables.swap();
    private final Set<String> nearlyLost = ConcurrentHashMap.newKeySet();
    private volatile @Nullable OplogWindow latest;
    private @Nullable BsonTimestamp firstOldest;

    /** Is called with a position that is nearly lost. */
    interface Alarm {

        void raise(String handlerId, Position position, Lag lag);
    }

    /** @param whenNearlyLost called once until the position has moved on */
    OplogMonitor(Mono<OplogWindow> question, Supplier<Map<String, Position>> positions, Alarm whenNearlyLost) {
        this.question = question;
        this.positions = positions;
        this.whenNearlyLost = whenNearlyLost;
    }

    /** Asks once, and then again and again. */
    void start(Duration interval, Scheduler timer) {
        asking.update(Flux.interval(Duration.ZERO, interval, timer)
                .onBackpressureDrop()
                // The streams report failures of the server.
                .concatMap(tick -> question.doOnNext(this::take).onErrorComplete(), 1)
                .subscribe());
    }

    void stop() {
        asking.dispose();
    }

    /** Null if the server has not been heard of yet, or the position has no time. */
    @Nullable
    Lag lag(@Nullable Position position) {
        OplogWindow history = latest;
        return history == null || position == null || position.clusterTime().getTime() == 0
                ? null
                : lag(position, history);
    }

    private static Lag lag(Position position, OplogWindow history) {
        BsonTimestamp oldest = history.oldest();
        return new Lag(
                between(position.clusterTime(), history.newest(), true),
                oldest == null ? null : between(oldest, position.clusterTime(), false),
                oldest == null ? null : between(oldest, history.newest(), true));
    }

    private static Duration between(BsonTimestamp from, BsonTimestamp to, boolean atLeastZero) {
        long seconds = Integer.toUnsignedLong(to.getTime()) - Integer.toUnsignedLong(from.getTime());
        return Duration.ofSeconds(atLeastZero ? Math.max(0, seconds) : seconds);
    }

    private void take(OplogWindow history) {
        latest = history;
        if (isMovingOn(history.oldest())) {
            positions.get().forEach(this::look);
        }
    }

    /** An oplog that is not full yet loses nothing, however short it is. */
    private boolean isMovingOn(@Nullable BsonTimestamp oldest) {
        if (firstOldest == null) {
            firstOldest = oldest;
        }
        return oldest != null && !oldest.equals(firstOldest);
    }

    private void look(String handlerId, Position position) {
        Lag lag = lag(position);
        if (lag == null || !(lag.shareLeft() < Lag.SCARCE) || lag.behind().isZero()) {
            nearlyLost.remove(handlerId);
        } else if (nearlyLost.add(handlerId)) {
            whenNearlyLost.raise(handlerId, position, lag);
        }
    }
}
