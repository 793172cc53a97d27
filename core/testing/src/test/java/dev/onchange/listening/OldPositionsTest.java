package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.OnChange;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.problem.ProblemCode;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

/** Positions of a version that knew nothing of several instances. */
@OnChangeTest
class OldPositionsTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    @Inject
    MongoClient client;

    @Test
    void they_are_taken_on_once_and_an_old_instance_that_still_runs_is_fenced_and_told() {
        List<Integer> seen = new CopyOnWriteArrayList<>();
        listening.start(new Stock(seen));
        insert(1);
        listening.awaitIdle();
        listening.stop();
        ObjectId shared = makeOld();
        MongoCheckpointStore old = new MongoCheckpointStore(client, state().getName());
        Map<String, Position> oldest = listening.run(old.load(Set.of("a", "b")));
        listening.run(old.save(oldest));
        insert(2);

        listening.start(new Stock(seen));
        listening.awaitIdle();
        insert(3);
        listening.awaitIdle();
        listening.stop();

        assertThat(seen).containsExactlyInAnyOrder(1, 1, 2, 2, 3, 3);
        assertThat(oldest).containsOnlyKeys("a", "b");
        for (String id : oldest.keySet()) {
            Document document = listening.run(positions().find(Filters.eq(id)));
            assertThat(((Number) document.get("term")).longValue()).isPositive();
            assertThat(document.get("follows")).isNotEqualTo(shared);
        }
        assertThatThrownBy(() -> listening.run(new MongoCheckpointStore(client, state().getName()).save(oldest)))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining(ProblemCode.POSITIONS_TAKEN_OVER.id());
    }

    /** As the old version wrote them: without a term of their own, in a document that is shared. */
    private ObjectId makeOld() {
        Document position = listening.run(positions().find(Filters.eq("a")));
        Document shared = listening.run(positions().find(Filters.eq(position.get("follows"))));
        ObjectId id = new ObjectId();
        Document old = new Document(shared == null ? position : shared).append("_id", id);
        old.remove("term");
        old.remove("follows");
        listening.run(positions().insertOne(old));
        listening.run(positions()
                .updateMany(
                        Filters.in("_id", "a", "b"),
                        Updates.combine(Updates.set("term", 0L), Updates.set("follows", id))));
        for (String cluster : List.of("members", "declared", "units", "leaders")) {
            listening.run(state().getCollection("onchange." + cluster).drop());
        }
        return id;
    }

    private MongoDatabase state() {
        return client.getDatabase(database.getName() + "_state");
    }

    private MongoCollection<Document> positions() {
        return state().getCollection(MongoCheckpointStore.COLLECTION);
    }

    private void insert(int id) {
        listening.run(database.getCollection("stock").insertOne(new Document("_id", id)));
    }

    record Stock(List<Integer> seen) {

        @OnChange(id = "a", collection = "stock")
        void a(Document item) {
            seen.add(item.getInteger("_id"));
        }

        @OnChange(id = "b", collection = "stock")
        void b(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }
}
