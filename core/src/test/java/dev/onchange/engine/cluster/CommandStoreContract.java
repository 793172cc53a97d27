package dev.onchange.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What the simulated store of commands and the one in MongoDB have in common. */
abstract class CommandStoreContract {

    private static final BsonDocument RESULT = new BsonDocument("count", new BsonInt32(3));

    private final ObjectId one = new ObjectId();
    private final ObjectId other = new ObjectId();
    private final Command asked = Command.asked(
            new ObjectId(),
            "stock|3/8",
            "$kind",
            new BsonDocument("filters", new BsonArray(List.of(new BsonString("$text"))))
                    .append("key", new BsonDocument("$eq", new BsonInt32(1))));

    abstract CommandStore commands();

    abstract ClusterStore members();

    abstract <T> T get(Mono<T> operation);

    private void run(Mono<Void> operation) {
        get(operation.thenReturn(true));
    }

    private Command stored() {
        return get(commands().of(asked.key().id())).get(0);
    }

    @Test
    void what_is_asked_is_kept_as_it_is_and_all_members_are_told() {
        long before = get(members().lead(one, ClusterSettings.LEASE, List.of())).revision();

        run(commands().ask(List.of(asked)));

        assertThat(get(commands().open())).containsExactly(asked);
        assertThat(get(members().lead(one, ClusterSettings.LEASE, List.of())).revision())
                .isGreaterThan(before);
    }

    @Test
    void asking_again_for_want_of_an_answer_changes_nothing() {
        run(commands().ask(List.of(asked)));
        get(commands().begin(asked.key(), one));

        run(commands().ask(List.of(asked)));

        assertThat(stored().state()).isEqualTo(Command.State.BEGUN);
    }

    @Test
    void who_has_begun_it_last_ends_it() {
        run(commands().ask(List.of(asked)));
        assertThat(get(commands().begin(asked.key(), one))).isTrue();
        assertThat(get(commands().begin(asked.key(), other))).isTrue();

        run(commands().end(asked.key(), one, RESULT));
        assertThat(stored().state()).isEqualTo(Command.State.BEGUN);
        run(commands().end(asked.key(), other, RESULT));

        assertThat(stored().result()).isEqualTo(RESULT);
        assertThat(stored().owner()).isEqualTo(other);
        assertThat(get(commands().open())).isEmpty();
    }

    @Test
    void what_is_done_is_not_begun_again() {
        run(commands().ask(List.of(asked)));
        get(commands().begin(asked.key(), one));
        run(commands().end(asked.key(), one, RESULT));

        assertThat(get(commands().begin(asked.key(), other))).isFalse();
    }

    @Test
    void what_nobody_has_begun_can_be_withdrawn_and_is_not_begun_then() {
        Command begun = Command.asked(asked.key().id(), "stock|4/8", asked.kind(), asked.arguments());
        run(commands().ask(List.of(asked, begun)));
        get(commands().begin(begun.key(), one));

        run(commands().withdraw(asked.key().id()));

        assertThat(get(commands().begin(asked.key(), one))).isFalse();
        assertThat(get(commands().of(asked.key().id())))
                .singleElement()
                .satisfies(left -> assertThat(left.key()).isEqualTo(begun.key()));
        run(commands().cancel(asked.key().id()));
        assertThat(get(commands().of(asked.key().id()))).isEmpty();
    }

    @Test
    void results_that_nobody_has_fetched_stay_for_a_while() {
        run(commands().ask(List.of(asked)));

        run(commands().removeOld());

        assertThat(get(commands().open())).hasSize(1);
        run(commands().forget(asked.key().id()));
        assertThat(get(commands().open())).isEmpty();
    }

    @Test
    void whether_a_handler_is_paused_is_kept() {
        run(commands().setPaused("$stock", true));
        run(commands().setPaused("orders", true));
        run(commands().setPaused("orders", false));

        assertThat(get(commands().paused())).isEqualTo(Map.of("$stock", true, "orders", false));
    }
}
