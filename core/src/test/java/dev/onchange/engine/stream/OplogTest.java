package dev.onchange.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoTimeoutException;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class OplogTest {

    private static final String APP = "OplogTest";

    @Test
    void a_question_that_is_not_answered_fails_and_the_next_one_goes_by_another_connection() {
        try (MongoClient client = MongoClients.create(LocalMongo.shared().connectionString() + "&appName=" + APP);
                FailPoint answerTimeout = answerTimeout("find")) {
            Oplog oplog = new Oplog(client, Duration.ofSeconds(1));

            assertThatThrownBy(() -> oplog.history().block()).isInstanceOf(MongoTimeoutException.class);
            assertThat(oplog.history().block()).isNotNull();
        }
    }

    /** The server answers the next one of these commands after longer than the time-out. */
    private static FailPoint answerTimeout(String... commands) {
        return LocalMongo.shared()
                .nodes()
                .get(0)
                .failPoint(
                        "failCommand",
                        new Document("times", 1),
                        new Document("failCommands", List.of(commands))
                                .append("appName", APP)
                                .append("namespace", "local.oplog.rs")
                                .append("blockConnection", true)
                                .append("blockTimeMS", 3_000));
    }
}
