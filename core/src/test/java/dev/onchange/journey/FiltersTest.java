package dev.onchange.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Filters on their way through a stream. */
@OnChangeTest
class FiltersTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final List<Object> seen = new CopyOnWriteArrayList<>();
    private final List<Object> all = new CopyOnWriteArrayList<>();

    @Test
    void a_regular_expression_that_comes_back_often_holds_up_nobody_and_gives_up_where_the_server_does() {
        listening.start(listening
                .builder()
                .on("stock")
                .id("all")
                .payload(Document.class)
                .handle(change -> all.add(id(change.fullDocument())))
                .on("stock")
                .id("pattern")
                .match("{'fullDocument.text': /x.*y.*z/}")
                .payload(Document.class)
                .handle(change -> seen.add(id(change.fullDocument()))));

        insert(new Document("_id", 1).append("text", "xy".repeat(50_000) + "\nxyz"));
        insert(new Document("_id", 2).append("text", "xyz"));
        listening.awaitIdle();

        assertThat(all).containsExactly(1, 2);
        assertThat(seen).containsExactly(2);
    }

    private static Object id(Document document) {
        return document.get("_id");
    }

    private void insert(Document document) {
        listening.run(database.getCollection("stock").insertOne(document));
    }
}
