package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.Notice;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Why a handler is never called is said when listeners start, and shows in their status. */
@OnChangeTest
class NeverCalledTest {

    record Item(int qty) {}

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    @Test
    void a_function_is_told_of_what_an_annotation_is_told_of() {
        ChangeListenersBuilder builder = listening
                .builder()
                .on("items")
                .operation("update")
                .match(Filters.eq("fullDocument.qty", "18"))
                .payload(Item.class)
                .handle(change -> {});

        List<Notice> notices = builder.plan().notices();

        assertThat(notices)
                .filteredOn(notice ->
                        notice.code() == ProblemCode.NEVER_MATCHES || notice.code() == ProblemCode.VALUE_OF_OTHER_TYPE)
                .allMatch(notice -> notice.where().endsWith(".items).match(…)"))
                .extracting(Notice::code)
                .containsExactly(ProblemCode.NEVER_MATCHES, ProblemCode.VALUE_OF_OTHER_TYPE);
    }

    @Test
    void a_collection_that_is_not_there_is_noticed_with_the_one_that_was_meant() {
        listening.run(database.createCollection("inventory"));

        ChangeListeners listeners = listening.start(listening
                .builder()
                .on("inventroy")
                .id("misspelt")
                .handle(change -> {})
                .on("inventory")
                .id("right")
                .handle(change -> {}));

        assertThat(missing(listeners)).singleElement().satisfies(notice -> {
            assertThat(notice.where()).contains("misspelt").endsWith("collection(…)");
            assertThat(notice.what()).contains("Did you mean \"inventory\"?");
        });

        listeners.pause("right");

        assertThat(missing(listeners)).hasSize(1);

        listeners.register(new Object() {
            @OnChange(id = "later", collection = "invetory")
            public void later(ChangeEvent<Document> change) {}
        });

        assertThat(missing(listeners)).hasSize(2);
    }

    @Test
    void a_collection_that_only_the_filter_names_is_noticed_too() {
        listening.run(database.createCollection("inventory"));

        ChangeListeners listeners = listening.start(listening
                .builder()
                .onDatabase()
                .id("misspelt")
                .match("{'ns.coll': {$in: ['inventory', 'inventroy']}}")
                .handle(change -> {}));

        assertThat(missing(listeners)).singleElement().satisfies(notice -> {
            assertThat(notice.where()).contains("misspelt").endsWith("match(…)");
            assertThat(notice.what()).contains(".inventroy yet", "Did you mean \"inventory\"?");
        });
    }

    @Test
    void the_status_tells_how_many_changes_a_filter_was_tested_for() {
        ChangeListeners listeners = listening.start(listening
                .builder()
                .on("items")
                .id("all")
                .handle(change -> {})
                .on("items")
                .id("never")
                .operation("insert")
                .match("{'fullDocument.qty': 7}")
                .handle(change -> {})
                .on("others")
                .id("elsewhere")
                .handle(change -> {}));

        for (int i = 0; i < 3; i++) {
            listening.run(database.getCollection("items").insertOne(new Document("qty", i)));
        }
        listening.run(database.getCollection("items")
                .updateMany(Filters.empty(), new Document("$inc", new Document("qty", 10))));
        listening.awaitIdle();

        assertThat(counted(listeners, "all")).containsExactly(6L, 6L);
        assertThat(counted(listeners, "never")).containsExactly(3L, 0L);
        assertThat(counted(listeners, "elsewhere")).containsExactly(0L, 0L);

        listeners.pause("all");
        listeners.resume("all");
        listening.run(database.getCollection("items").insertOne(new Document("qty", 7)));
        listening.awaitIdle();

        assertThat(counted(listeners, "never")).containsExactly(4L, 1L);
        assertThat(Set.of(counted(listeners, "all"))).containsExactly(List.of(7L, 7L));
    }

    @Test
    void a_collection_that_has_come_since_is_noticed_no_more() {
        ChangeListeners listeners = listening.start(listening
                .builder()
                .on("items")
                .handle(change -> {})
                .on("others")
                .handle(change -> {}));
        assertThat(missing(listeners)).hasSize(2);

        listening.run(database.getCollection("items").insertOne(new Document("qty", 7)));
        listening.awaitIdle();

        assertThat(missing(listeners))
                .singleElement()
                .satisfies(notice -> assertThat(notice.where()).contains("others"));
    }

    private static List<Long> counted(ChangeListeners listeners, String id) {
        HandlerStatus status = listeners.status().handler(id);
        return List.of(status.inScope(), status.delivered());
    }

    private static List<Notice> missing(ChangeListeners listeners) {
        return listeners.plan().notices().stream()
                .filter(notice -> notice.code() == ProblemCode.NO_SUCH_COLLECTION)
                .toList();
    }
}
