package dev.onchange.engine.stream;

import com.mongodb.MongoException;
import dev.onchange.engine.plan.StreamPlan;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import reactor.core.publisher.Mono;

/**
 * Finds out how far back the server's history reaches by opening streams at earlier and earlier times: the server
 * refuses at once a time that its oplog no longer holds. Takes some sixty attempts at most.
 */
final class OldestEntryProbe {

    private static final List<BsonDocument> NOTHING = List.of(BsonDocument.parse("{$match: {_id: 0}}"));
    /** A refusal comes before the oplog is read; a server that takes longer than that does not refuse. */
    private static final Duration LONG_ENOUGH = Duration.ofMillis(500);

    private static final int TIME_IS_UP = 50;

    /** More than a server writes in a second. */
    private static final int MOST_A_SECOND = 1 << 20;

    private static final long FIRST_STEP = Duration.ofHours(1).toSeconds();

    private final Cursors cursors;

    OldestEntryProbe(Cursors cursors) {
        this.cursors = cursors;
    }

    /** The earliest time at which a stream of the plan's scope can begin. */
    Mono<BsonTimestamp> oldest(StreamPlan plan, BsonTimestamp now) {
        // A short oplog may have lost the beginning of the present second already; the next second is to come.
        long reached = Integer.toUnsignedLong(now.getTime()) + 1;
        return reaches(plan, 1)
                .flatMap(toTheBeginning -> toTheBeginning
                        ? Mono.just(new BsonTimestamp(1, 1))
                        : bracket(plan, reached, FIRST_STEP).flatMap(seconds -> within(plan, seconds - 1)));
    }

    /** @param reached a time to which the history reaches */
    private Mono<Long> bracket(StreamPlan plan, long reached, long step) {
        long earlier = Math.max(1, reached - step);
        return reaches(plan, earlier)
                .flatMap(yes -> yes ? bracket(plan, earlier, 2 * step) : search(plan, earlier, reached));
    }

    private Mono<Long> search(StreamPlan plan, long lost, long reached) {
        long between = (lost + reached) / 2;
        if (between == lost) {
            return Mono.just(reached);
        }
        return reaches(plan, between)
                .flatMap(yes -> yes ? search(plan, lost, between) : search(plan, between, reached));
    }

    /** Within the last second to whose beginning it does not reach; if to none of it, the next second's beginning. */
    private Mono<BsonTimestamp> within(StreamPlan plan, long seconds) {
        return within(plan, seconds, 1, MOST_A_SECOND)
                .map(place -> place < MOST_A_SECOND
                        ? new BsonTimestamp((int) seconds, place)
                        : new BsonTimestamp((int) seconds + 1, 1));
    }

    private Mono<Integer> within(StreamPlan plan, long seconds, int lost, int reached) {
        int between = (lost + reached) / 2;
        if (between == lost) {
            return Mono.just(reached);
        }
        return reaches(plan, new BsonTimestamp((int) seconds, between))
                .flatMap(yes -> yes ? within(plan, seconds, lost, between) : within(plan, seconds, between, reached));
    }

    private Mono<Boolean> reaches(StreamPlan plan, long seconds) {
        return reaches(plan, new BsonTimestamp((int) seconds, 1));
    }

    /** Whether a stream of the plan's scope can begin at that time. */
    Mono<Boolean> reaches(StreamPlan plan, BsonTimestamp time) {
        CursorStart cursorStart = CursorStart.atTime(time);
        return cursors.ask(plan, NOTHING, cursorStart, LONG_ENOUGH)
                .thenReturn(true)
                .onErrorResume(MongoException.class, error -> answer(error));
    }

    private static Mono<Boolean> answer(MongoException error) {
        if (StreamFailure.of(error) instanceof StreamFailure.HistoryGone) {
            return Mono.just(false);
        }
        return error.getCode() == TIME_IS_UP ? Mono.just(true) : Mono.error(error);
    }
}
