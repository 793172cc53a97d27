package dev.onchange.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.reactivestreams.client.MongoDatabase;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** A test class that names no handlers starts its listeners itself. */
@OnChangeTest
class UnstartedTest {

    @Test
    void nothing_is_started_that_was_not_asked_for(Listening listening) {
        assertThatThrownBy(listening::listeners)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("No listeners are open");
    }

    @Test
    void listeners_of_a_test_go_on_where_those_before_them_were(Listening listening, MongoDatabase database) {
        listening.start(listening.builder().on("stock").id("stock").handle(change -> {}));
        listening.run(database.getCollection("stock").insertOne(new Document("_id", 1)));
        listening.awaitIdle();
        listening.stop();
        listening.run(database.getCollection("stock").insertOne(new Document("_id", 2)));

        listening.start(listening.builder().on("stock").id("stock").handle(change -> {}));
        listening.awaitIdle();

        assertThat(listening.received("stock"))
                .extracting(received -> received.documentKey().getInt32("_id").getValue())
                .containsExactly(1, 2);
    }
}
