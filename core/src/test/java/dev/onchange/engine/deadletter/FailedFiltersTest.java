package dev.onchange.engine.deadletter;

import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.Exhausted;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.Replayed;
import dev.onchange.engine.dispatch.ChangesOf;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.retry.Bench;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters of changes on which the handler's filter had failed, and that are replayed. */
class FailedFiltersTest {

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();
    private final Invoker invoker = (change, attempt, session) -> {
        handled.add(change.raw().clusterTime().getInc());
        return null;
    };
    private Bench bench = Bench.empty("failed_filters_test");

    @BeforeEach
    void fail() {
        bench.with(filtered("{$expr: {$gt: [{$toInt: '$fullDocument.n'}, 3]}}"), invoker)
                .start();
        bench.rig.stream.feed(items.insert(1, BsonDocument.parse("{_id: 7, n: 'five'}")));
        await().until(() -> bench.counts("a").deadLettered() == 1);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void a_change_on_which_the_filter_fails_again_is_not_given_to_the_handler() {
        assertThat(replayed()).isEqualTo(new Replayed(0, 1));

        assertThat(handled).isEmpty();
        assertThat(bench.stored()).extracting(DeadLetter::attempts).containsExactly(2);
    }

    @Test
    void a_change_that_the_mended_filter_matches_is_handled() {
        restartWith("{'fullDocument.n': 'five'}");

        assertThat(replayed()).isEqualTo(new Replayed(1, 0));

        assertThat(handled).containsExactly(1);
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void a_change_that_the_mended_filter_does_not_match_is_not_the_handlers() {
        restartWith("{'fullDocument.n': {$gt: 3}}");

        assertThat(replayed()).isEqualTo(new Replayed(1, 0));

        assertThat(handled).isEmpty();
        assertThat(bench.stored()).isEmpty();
    }

    private Replayed replayed() {
        return bench.letters.replay(bench.stored().get(0).id()).block();
    }

    private void restartWith(String filter) {
        bench.close();
        bench = bench.again().with(filtered(filter), invoker).start();
    }

    private static Declared filtered(String filter) {
        return handler("a").whenExhausted(Exhausted.DEAD_LETTER).matching(filter);
    }
}
