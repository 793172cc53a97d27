package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Pages of many handlers and letters. The long form prints how long they take: {@code -Dhandlers=1000 -Dletters=100000}.
 */
@OnChangeTest
class ConsoleScaleTest {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleScaleTest.class);

    private final int handlers = Integer.getInteger("handlers", 50);

    private final int letters = Integer.getInteger("letters", 1_000);

    private final boolean measured = System.getProperty("letters") != null || System.getProperty("handlers") != null;

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Console console = Console.on(0);

    @Test
    void pages_of_many_handlers_are_complete() {
        ConsoleClient client = start();

        assertThat(client.get("api/handlers?limit=1000").getArray("handlers")).hasSize(handlers);
        assertThat(client.get("api/handlers?sort=-lag&limit=20&offset=10").getArray("handlers"))
                .hasSize(20);
        print(
                client,
                "api/overview",
                "api/plan",
                "api/handlers?limit=1000",
                "api/handlers?sort=-lag",
                "api/handlers/h7");
    }

    @Test
    void pages_of_many_letters_are_found_by_an_index() {
        ConsoleClient client = start();
        MongoDatabase state = listening.listeners().client().getDatabase(database.getName() + "_state");
        fill(state.getCollection("deadLetters"));
        Mono.from(state.runCommand(new Document("profile", 2))).block();

        BsonDocument first = client.get("api/letters");
        client.get("api/letters?handler=h7");
        client.get("api/letters?handler=h7&state=DEAD&exception=java.lang.IllegalStateException");
        client.get("api/letters?exception=java.lang.IllegalStateException");
        client.get("api/letters?document=77");
        client.get("api/letters?state=PARKED");
        client.get("api/letters?state=PARKED&handler=h7");
        client.get("api/letters?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z");
        client.get("api/letters?after=" + first.getString("next").getValue());

        assertThat(first.getArray("letters")).hasSize(100);
        assertThat(first.getNumber("total").intValue()).isEqualTo(letters);
        Mono.from(state.runCommand(new Document("profile", 0))).block();
        List<Document> queries = Flux.from(state.getCollection("system.profile")
                        .find(new Document("ns", state.getName() + ".deadLetters").append("op", "query")))
                .collectList()
                .block();
        assertThat(queries)
                .hasSizeGreaterThanOrEqualTo(9)
                .allMatch(query -> query.getString("planSummary").contains("IXSCAN"))
                .allMatch(query -> query.getInteger("docsExamined") <= 101);
        print(
                client,
                "api/letters",
                "api/letters?handler=h7",
                "api/letters?handler=h7&state=DEAD&exception=java.lang.IllegalStateException",
                "api/letters?exception=java.lang.IllegalStateException",
                "api/letters?document=77",
                "api/letters?state=PARKED",
                "api/letters?state=DEAD",
                "api/letters?from=2026-01-01T00:00:00Z",
                "api/letters?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z");
    }

    private ConsoleClient start() {
        ChangeListenersBuilder builder = listening.builder();
        for (int i = 0; i < handlers; i++) {
            int number = i;
            builder.on("stock")
                    .id("h" + number)
                    .match("{'fullDocument.shop': " + number + "}")
                    .handle(change -> {});
        }
        listening.start(builder.console(console));
        return new ConsoleClient(console);
    }

    private void fill(MongoCollection<Document> collection) {
        Flux.range(0, letters)
                .map(this::letter)
                .buffer(1_000)
                .concatMap(collection::insertMany)
                .blockLast();
    }

    private Document letter(int number) {
        Document key =
                new Document("db", database.getName()).append("coll", "stock").append("_id", number);
        Date now = Date.from(Instant.now());
        return new Document("_id", String.format("%024x", number))
                .append("handler", "h" + number % handlers)
                .append("token", String.format("82%016x", number))
                .append("key", key)
                .append("parked", number % 10 == 0)
                .append("attempts", 3)
                .append("firstAt", now)
                .append("lastAt", now)
                .append(
                        "failure",
                        new Document("type", IllegalStateException.class.getName())
                                .append("message", "no room for it")
                                .append("stack", "at com.acme.Stock.low(Stock.java:7)\n".repeat(20)))
                .append(
                        "event",
                        new Document("operationType", "insert")
                                .append("ns", new Document("db", database.getName()).append("coll", "stock"))
                                .append("documentKey", new Document("_id", number))
                                .append("fullDocument", new Document("_id", number).append("qty", 5)));
    }

    private void print(ConsoleClient client, String... paths) {
        if (!measured) {
            return;
        }
        for (String path : paths) {
            long[] times = IntStream.range(0, 15)
                    .mapToLong(round -> {
                        long begun = System.nanoTime();
                        client.get(path);
                        return (System.nanoTime() - begun) / 1_000_000;
                    })
                    .sorted()
                    .toArray();
            LOG.info("{}: median {} ms, worst {} ms {}", path, times[7], times[14], Arrays.toString(times));
        }
    }
}
