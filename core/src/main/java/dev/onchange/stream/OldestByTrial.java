package dev.onchange.stream;

import com.mongodb.MongoException;
import dev.onchange.plan.StreamPlan;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import reactor.core.publisher.Mono;

/**
 * Finds out how far back the server's history reaches by opening streams at earlier and earlier times: the server
 * refuses at once those that it can no longer serve. To the second, in some forty trials at most.
 */
final class OldestByTrial {

    private static final List<BsonDocument> NOTHING = List.of(BsonDocument.parse("{$match: {_id: 0}}"));
    /** A refusal comes before anything is read; who reads longer than that is not refused. */
    private static final Duration LONG_ENOUGH = Duration.ofMillis(500);

    private static final int TIME_IS_UP = 50;
    private static final long FIRST_STEP = Duration.ofHours(1).toSeconds();

    private final Cursors cursors;

    OldestByTrial(Cursors cursors) {
        this.cursors = cursors;
    }

    /** The earliest time at which a stream of the plan's scope can begin. */
    Mono<BsonTimestamp> oldest(StreamPlan plan, BsonTimestamp now) {
        long present = Integer.toUnsignedLong(now.getTime());
        return reaches(plan, 1)
                .flatMap(toTheBeginning -> toTheBeginning ? Mono.just(1L) : bracket(plan, present, FIRST_STEP))
                .map(seconds -> new BsonTimestamp((int) (long) seconds, 1));
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

    private Mono<Boolean> reaches(StreamPlan plan, long seconds) {
        Opening opening = Opening.atTime(new BsonTimestamp((int) seconds, 1));
        return cursors.ask(plan, NOTHING, opening, LONG_ENOUGH)
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
