package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenerEvent;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server cannot serve is refused while others work, as at start. */
@OnChangeTest
class RefusedRegistrationTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Resident resident = new Resident();

    @BeforeEach
    void collection() {
        listening.run(database.createCollection("stock"));
    }

    @Test
    void a_handler_that_the_server_would_fail_later_is_refused_as_at_start() {
        ChangeListeners listeners = listening.start(resident);

        OnChangeException refusal =
                catchThrowableOfType(OnChangeException.class, () -> listeners.register(new Previous()));

        assertThat(refusal.problems()).extracting(Problem::code).containsExactly(ProblemCode.IMAGES_NOT_RECORDED);
        assertThat(refusal).hasMessageContaining("changeStreamPreAndPostImages");
        assertThat(listeners.status().handlers()).extracting(HandlerStatus::id).containsExactly("resident");
    }

    @Test
    void others_are_not_disturbed_by_a_handler_that_is_refused() {
        ChangeListeners listeners = listening.start(resident);
        insert(1);

        assertThat(catchThrowableOfType(OnChangeException.class, () -> listeners.register(new Previous())))
                .isNotNull();
        insert(2);
        listening.awaitIdle();

        assertThat(resident.seen).containsExactly(1, 2);
        assertThat(listening.events()).hasExactlyElementsOfTypes(ListenerEvent.StreamOpened.class);
    }

    @Test
    void once_the_cause_is_removed_it_is_taken() {
        ChangeListeners listeners = listening.start(resident);
        Previous previous = new Previous();
        assertThat(catchThrowableOfType(OnChangeException.class, () -> listeners.register(previous)))
                .isNotNull();

        listening.run(database.runCommand(new Document("collMod", "stock")
                .append("changeStreamPreAndPostImages", new Document("enabled", true))));
        listeners.register(previous);
        insert(1);
        listening.run(database.getCollection("stock").deleteOne(new Document("_id", 1)));
        listening.awaitIdle();

        assertThat(previous.seen).containsExactly(new Document("_id", 1));
    }

    private void insert(int id) {
        listening.run(database.getCollection("stock").insertOne(new Document("_id", id)));
    }

    static final class Resident {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "resident", collection = "stock", operation = "insert")
        void arrived(Document document) {
            seen.add(document.getInteger("_id"));
        }
    }

    static final class Previous {

        final List<Document> seen = new CopyOnWriteArrayList<>();

        @OnChange(
                id = "previous",
                collection = "stock",
                operation = "delete",
                fullDocumentBeforeChange = FullDocumentBeforeChange.REQUIRED)
        void gone(ChangeEvent<Document> change) {
            seen.add(change.fullDocumentBeforeChange());
        }
    }
}
