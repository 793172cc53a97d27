package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.testing.Instance;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** The console of an instance that does not have the handler. */
@OnChangeTest
class RemoteReplayTest {

    private static final int LETTERS = 6;

    private static final int BEFORE = 3;

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Semaphore may = new Semaphore(0);
    private volatile boolean fails = true;

    @Test
    void a_replay_in_another_instance_shows_how_far_it_is_while_it_runs() {
        Console one = Console.on(0);
        Console other = Console.on(0);
        Instance first = listening.startInstance(
                builder -> builder.handlers(new Charge()).console(one));
        listening.startInstance(builder -> builder.handlers(new Charge()).console(other));
        ConsoleClient client = new ConsoleClient(listening.ownerOf("charge") == first ? other : one);
        for (int id = 0; id < LETTERS; id++) {
            listening.run(database.getCollection("payments").insertOne(new Document("_id", id)));
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> client.get("api/letters").getNumber("total").intValue() == LETTERS);
        fails = false;

        String job = client.post("api/letters/replay", "{filter: {handler: 'charge'}}")
                .getString("job")
                .getValue();
        may.release(BEFORE);
        await().atMost(Duration.ofSeconds(60)).until(() -> done(client, job) == BEFORE);
        assertThat(state(client, job)).isEqualTo("RUNNING");

        may.release(LETTERS);
        await().atMost(Duration.ofSeconds(60)).until(() -> state(client, job).equals("DONE"));
        assertThat(done(client, job)).isEqualTo(LETTERS);
    }

    private static int done(ConsoleClient client, String job) {
        return job(client, job).getNumber("done").intValue();
    }

    private static String state(ConsoleClient client, String job) {
        return job(client, job).getString("state").getValue();
    }

    private static BsonDocument job(ConsoleClient client, String job) {
        return client.get("api/jobs/" + job);
    }

    final class Charge {

        @OnChange(id = "charge", collection = "payments", retry = @Retry(attempts = 1))
        void charge() throws InterruptedException {
            if (fails) {
                throw new IllegalStateException("the bank does not answer");
            }
            may.acquire();
        }
    }
}
