package dev.onchange.engine.stream;

import static dev.onchange.engine.stream.Watcher.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoSecurityException;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.StreamState.Phase;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream whose connections have to log in again. */
class LoggingInTest {

    private static final String ACCOUNT = "{createUser: 'clerk', pwd: 'clerksecret', roles: ['root']}";

    private static LocalMongo mongo;

    @BeforeAll
    static void start() {
        mongo = LocalMongo.builder().credentials("root", "rootsecret").start();
    }

    @AfterAll
    static void stop() {
        mongo.close();
    }

    @Test
    void a_connection_that_breaks_while_it_logs_in_is_waited_for() {
        try (Watcher watcher = Watcher.of(mongo)) {
            Listening listening = watcher.listen(watcher.collectionPlan("a"));

            try (FailPoint broken =
                    watcher.fail(1000, List.of("getMore", "saslStart", "saslContinue"), "{closeConnection: true}")) {
                await().atMost(PATIENCE)
                        .until(() -> watcher.events(ListenerEvent.StreamReopening.class).stream()
                                .anyMatch(event -> event.failure() instanceof MongoSecurityException));
            }
            watcher.insert("a", 1);

            listening.await(1);
            assertThat(listening.stream().state().phase()).isEqualTo(Phase.OPEN);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{errorCode: 91}",
                "{errorCode: 10107}",
                "{errorCode: 11600}",
                "{errorCode: 18, errorLabels: ['SystemOverloadedError', 'RetryableError']}",
            })
    void a_server_that_cannot_log_in_any_account_yet_is_waited_for(String how) {
        try (Watcher other = Watcher.of(mongo);
                Watcher watcher = Watcher.of(mongo)) {
            Position now = other.now();

            watcher.fail(3, List.of("saslStart", "saslContinue"), how);
            Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(now));

            listening.stream().opened().block(PATIENCE);
            assertThat(watcher.events(ListenerEvent.StreamReopening.class)).isNotEmpty();
        }
    }

    @Test
    void credentials_that_the_server_refuses_end_the_stream_with_what_to_correct() {
        mongo.admin(Document.parse(ACCOUNT));
        String uri = mongo.connectionString().replace("root:rootsecret@", "clerk:clerksecret@");
        try (Watcher watcher = Watcher.at(uri, mongo, Watcher.settings())) {
            Listening listening = watcher.listen(watcher.collectionPlan("a"));

            mongo.admin(Document.parse("{updateUser: 'clerk', pwd: 'another'}"));
            watcher.fail(1, "getMore", "{closeConnection: true}");

            assertThat(((OnChangeException) listening.awaitError()).problems())
                    .singleElement()
                    .satisfies(problem -> {
                        assertThat(problem.code()).isEqualTo(ProblemCode.STREAM_FAILED);
                        assertThat(problem.what()).contains("error 18 (AuthenticationFailed)");
                        assertThat(problem.todo()).contains("Correct the credentials");
                    });
        }
    }
}
