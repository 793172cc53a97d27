package dev.onchange.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.checkpoint.Position;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;

class BatchTokensTest {

    private static final Object CURSOR = "cursor";

    private final BatchTokens batchTokens = new BatchTokens();

    @Test
    void a_token_is_not_reached_before_the_last_change_of_its_reply_was_taken_over() {
        batchTokens.open(CURSOR, 0, null);
        batchTokens.replied(CURSOR, 2, token(2));
        batchTokens.passed(1, 1);
        batchTokens.passed(2, 2);

        assertThat(batchTokens.reached(1)).isNull();
        assertThat(batchTokens.reached(2)).isEqualTo(token(2));
    }

    @Test
    void a_change_that_came_in_parts_reaches_the_tokens_of_all_replies_that_brought_them() {
        batchTokens.open(CURSOR, 0, null);
        batchTokens.replied(CURSOR, 1, token(1));
        batchTokens.replied(CURSOR, 1, token(2));
        batchTokens.replied(CURSOR, 0, token(5));
        batchTokens.passed(2, 1);

        assertThat(batchTokens.reached(1)).isEqualTo(token(5));
    }

    @Test
    void an_empty_reply_counts_once_what_was_before_it_has_passed() {
        batchTokens.open(CURSOR, 0, null);
        batchTokens.replied(CURSOR, 1, token(1));
        batchTokens.replied(CURSOR, 0, token(5));

        assertThat(batchTokens.newest()).isNull();
        batchTokens.passed(1, 1);
        batchTokens.replied(CURSOR, 0, token(6));

        assertThat(batchTokens.reached(0)).isNull();
        assertThat(batchTokens.reached(1)).isEqualTo(token(6));
    }

    @Test
    void changes_that_were_passed_over_do_not_count() {
        batchTokens.open(CURSOR, 10, null);
        batchTokens.replied(CURSOR, 3, token(3));
        batchTokens.passed(1, 10);
        batchTokens.passed(2, 10);
        batchTokens.passed(3, 11);

        assertThat(batchTokens.reached(10)).isNull();
        assertThat(batchTokens.reached(11)).isEqualTo(token(3));
    }

    @Test
    void what_a_broken_cursor_had_still_to_hand_on_does_not_count() {
        batchTokens.open(CURSOR, 0, null);
        batchTokens.replied(CURSOR, 5, token(5));
        batchTokens.passed(1, 1);

        batchTokens.open("the next", 1, null);
        batchTokens.replied(CURSOR, 0, token(9));
        batchTokens.replied("the next", 4, token(5));
        batchTokens.passed(4, 5);

        assertThat(batchTokens.reached(4)).isNull();
        assertThat(batchTokens.reached(5)).isEqualTo(token(5));
    }

    @Test
    void a_cursor_that_begins_before_the_position_does_not_lead_back() {
        batchTokens.open(CURSOR, 0, new Position(token(7), new BsonTimestamp(7, 1), ""));
        batchTokens.replied(CURSOR, 0, token(3));

        assertThat(batchTokens.reached(0)).isNull();
        batchTokens.replied(CURSOR, 0, token(8));
        assertThat(batchTokens.reached(0)).isEqualTo(token(8));
    }

    @Test
    void a_position_that_is_only_a_time_settles_that_time() {
        batchTokens.open(CURSOR, 0, Position.at(new BsonTimestamp(7, 1)));
        batchTokens.replied(CURSOR, 0, token(7));

        assertThat(batchTokens.reached(0)).isNull();
    }

    @Test
    void a_probe_counts_only_while_nothing_is_under_way() {
        batchTokens.open(CURSOR, 3, null);
        batchTokens.probed(CURSOR, 3, token(4));
        batchTokens.replied(CURSOR, 1, token(6));
        batchTokens.probed(CURSOR, 3, token(9));
        batchTokens.probed("another", 3, token(9));

        assertThat(batchTokens.reached(3)).isEqualTo(token(4));
    }

    private static BsonDocument token(int seconds) {
        return new BsonDocument("_data", new BsonString("82%08X000000012B0229296E04".formatted(seconds)));
    }
}
