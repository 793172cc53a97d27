package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnChangeTest
class ConsoleApiTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Console console = Console.on(0);

    private ChangeListeners listeners;
    private ConsoleClient client;

    @BeforeEach
    void start() {
        listeners = listening.builder().handlers(new Shop()).console(console).start();
        client = new ConsoleClient(console);
    }

    @AfterEach
    void stop() {
        listeners.close();
    }

    @Test
    void the_overview_counts_streams_and_handlers_by_phase() {
        BsonDocument overview = client.get("api/overview");

        assertThat(overview.getDocument("handlers").getNumber("LISTENING").intValue())
                .isEqualTo(2);
        assertThat(overview.getDocument("streams").getNumber("OPEN").intValue()).isEqualTo(1);
        assertThat(overview.getString("health").getValue()).isEqualTo("UP");
        assertThat(overview.getArray("problems")).isEmpty();
    }

    @Test
    void handlers_are_searched_and_sorted() {
        BsonDocument found = client.get("api/handlers?q=ARR&sort=-rate");

        assertThat(found.getNumber("total").intValue()).isEqualTo(1);
        assertThat(found.getArray("handlers")
                        .get(0)
                        .asDocument()
                        .getString("id")
                        .getValue())
                .isEqualTo("arrived");
    }

    @Test
    void the_session_says_what_one_may_do() {
        BsonDocument session = client.get("api/session");

        assertThat(session.getString("access").getValue()).isEqualTo("OPERATE");
        assertThat(session.getString("payloads").getValue()).isEqualTo("MASKED");
    }

    static final class Shop {

        @OnChange(id = "arrived", collection = "stock", operation = "insert")
        void arrived(Document stock) {}

        @OnChange(id = "low", collection = "stock", match = "{'fullDocument.qty': {$lt: 10}}")
        void low() {}
    }
}
