package dev.onchange.checkpoint;

import static dev.onchange.checkpoint.Positions.all;
import static dev.onchange.checkpoint.Positions.position;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.OnChangeException;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.testing.CheckpointStoreContract;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class MongoCheckpointStoreTest extends CheckpointStoreContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String APP = "MongoCheckpointStoreTest";

    private static LocalMongo mongo;
    private static MongoClient client;

    private final String database = "positions_" + new ObjectId();

    @BeforeAll
    static void start() {
        mongo = LocalMongo.shared();
        client = MongoClients.create(mongo.connectionString() + "&appName=" + APP);
    }

    @AfterAll
    static void stop() {
        client.close();
        mongo.close();
    }

    @Override
    protected CheckpointStore open() {
        return new MongoCheckpointStore(client, database);
    }

    /** One that has claimed these handlers. */
    private CheckpointStore claimed(long term, Set<String> handlers) {
        CheckpointStore store = open();
        store.claim(terms(term, handlers)).block(PATIENCE);
        return store;
    }

    private static Map<String, Long> terms(long term, Set<String> handlers) {
        Map<String, Long> terms = new HashMap<>();
        handlers.forEach(handler -> terms.put(handler, term));
        return terms;
    }

    @Test
    void the_document_of_a_handler_can_be_read_by_people() {
        open().save(Map.of("com.acme.Stock#reorder", position(3))).block(PATIENCE);

        Document document = only(Filters.eq("_id", "com.acme.Stock#reorder"));

        assertThat(document.remove("updatedAt")).isInstanceOf(Date.class);
        assertThat(document)
                .isEqualTo(new Document("_id", "com.acme.Stock#reorder")
                        .append("token", new Document("_data", "8200000003"))
                        .append("clusterTime", position(3).clusterTime())
                        .append("fingerprint", "fingerprint")
                        .append("term", 0L));
    }

    @Test
    void unknown_fields_are_left_as_they_are() {
        CheckpointStore store = open();
        store.save(all(20, 1)).block(PATIENCE);
        Mono.from(positions().updateMany(new Document(), Updates.set("note", "ours")))
                .block();

        store.save(all(20, 2)).block(PATIENCE);
        store.rewind("h1", position(1)).block(PATIENCE);

        assertThat(documents())
                .extracting(document -> document.getString("note"))
                .containsOnly("ours");
    }

    @Test
    void handlers_that_advance_together_cost_one_write() {
        CheckpointStore store = open();
        store.save(all(500, 1)).block(PATIENCE);

        long before = written();
        store.save(all(500, 2)).block(PATIENCE);
        store.save(all(500, 3)).block(PATIENCE);

        assertThat(written() - before).isEqualTo(2);
        assertThat(load(open(), "h0", "h499")).isEqualTo(Map.of("h0", position(3), "h499", position(3)));
    }

    @Test
    void a_handler_that_is_behind_costs_one_write_more() {
        CheckpointStore store = open();
        store.save(all(500, 1)).block(PATIENCE);
        Map<String, Position> oneBehind = new HashMap<>(all(500, 9));
        oneBehind.put("h3", position(2));

        long before = written();
        store.save(oneBehind).block(PATIENCE);

        assertThat(written() - before).isEqualTo(2);
    }

    @Test
    void of_two_groups_that_meet_again_one_shared_document_remains() {
        CheckpointStore store = open();
        Map<String, Position> apart = new HashMap<>(all(20, 2));
        apart.putAll(all(10, 1));
        store.save(apart).block(PATIENCE);
        assertThat(documents()).hasSize(22);

        store.save(all(20, 3)).block(PATIENCE);

        assertThat(documents()).hasSize(21);
        assertThat(load(open(), "h0", "h19")).isEqualTo(Map.of("h0", position(3), "h19", position(3)));
    }

    @Test
    void a_shared_document_of_an_instance_that_ended_is_dissolved() {
        open().save(all(20, 1)).block(PATIENCE);

        open().save(all(10, 2)).block(PATIENCE);

        Map<String, Position> expected = new HashMap<>(all(20, 1));
        expected.putAll(all(10, 2));
        assertThat(load(open(), expected.keySet().toArray(String[]::new))).isEqualTo(expected);
        assertThat(documents()).hasSize(21);
    }

    @Test
    void a_shared_document_left_behind_by_a_crash_is_deleted_a_day_later() {
        CheckpointStore store = open();
        store.save(all(20, 4)).block(PATIENCE);
        Date longAgo = Date.from(Instant.EPOCH);
        Mono.from(positions().updateMany(Filters.type("_id", "objectId"), Updates.set("updatedAt", longAgo)))
                .block();

        open().prepare().block(PATIENCE);

        assertThat(documents()).hasSize(20);
        assertThat(load(open(), "h0")).isEqualTo(Map.of("h0", position(4)));
    }

    @Test
    void preparing_leaves_nothing_behind() {
        open().prepare().block(PATIENCE);

        assertThat(documents()).isEmpty();
    }

    @Test
    void wherever_a_crash_interrupts_the_writes_no_handler_is_beyond_what_it_settled_nor_set_back() {
        Map<String, Position> before = new HashMap<>(all(30, 5));
        before.put("h1", position(3));
        Map<String, Position> after = new HashMap<>(all(30, 8));
        after.put("h1", position(8));
        for (int n = 2; n < 9; n++) {
            after.put("h" + n, position(n == 2 ? 5 : 6));
        }
        for (int n = 10; n < 20; n++) {
            after.put("h" + n, position(7));
        }

        int cut = 0;
        boolean complete = false;
        while (!complete) {
            Mono.from(positions().deleteMany(new Document())).block();
            open().save(before).block(PATIENCE);
            complete = applyFirst(cut, after);

            Map<String, Position> kept = load(open(), before.keySet().toArray(String[]::new));
            for (String id : before.keySet()) {
                assertThat(before.get(id).isAfter(kept.get(id)))
                        .as("%s set back, cut %d", id, cut)
                        .isFalse();
                assertThat(kept.get(id).isAfter(after.get(id)))
                        .as("%s beyond, cut %d", id, cut)
                        .isFalse();
            }
            open().save(after).block(PATIENCE);
            assertThat(load(open(), after.keySet().toArray(String[]::new))).isEqualTo(after);
            cut++;
        }
        assertThat(cut).isGreaterThan(10);
    }

    /** Applies the first few writes of a save, as if the process had died then; true if those were all. */
    private boolean applyFirst(int count, Map<String, Position> wanted) {
        PositionDocuments documents = new PositionDocuments(
                client.getDatabase(database).getCollection(MongoCheckpointStore.COLLECTION, BsonDocument.class));
        Map<String, StoredPositions.Place> places = new HashMap<>();
        Map<ObjectId, Position> shared = documents.shared().block(PATIENCE);
        documents
                .handlersOnPrimary(wanted.keySet())
                .toIterable()
                .forEach(handler -> places.put(
                        handler.id(),
                        handler.follows() == null
                                ? new StoredPositions.Place.Own(handler.own())
                                : new StoredPositions.Place.Follows(handler.follows())));
        StoredPositions storedPositions = new StoredPositions(places, shared);
        SharedPositions sharedPositions = SharedPositions.of(storedPositions, wanted, ObjectId::new);
        var updates = documents.updates(storedPositions, sharedPositions, handler -> 0);
        if (count > 0) {
            documents.write(updates.subList(0, Math.min(count, updates.size()))).block(PATIENCE);
        }
        return count >= updates.size();
    }

    @Test
    void an_instance_with_an_earlier_term_is_refused_once_a_later_one_has_claimed_its_handlers() {
        CheckpointStore early = claimed(1, all(20, 1).keySet());
        early.save(all(20, 1)).block(PATIENCE);

        CheckpointStore later = claimed(2, all(20, 1).keySet());

        assertThat(load(later, all(20, 1).keySet().toArray(String[]::new))).isEqualTo(all(20, 1));
        assertThatThrownBy(() -> early.save(all(20, 2)).block(PATIENCE))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("ONC-1303")
                .hasMessageContaining("term 2");
        assertThatThrownBy(() -> early.save(Map.of("h1", position(2))).block(PATIENCE))
                .isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> early.rewind("h1", position(0)).block(PATIENCE))
                .isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> claimed(1, Set.of("h1"))).isInstanceOf(FencedException.class);
        assertThat(load(open(), "h1", "h2")).isEqualTo(Map.of("h1", position(1), "h2", position(1)));
    }

    @Test
    void one_that_never_claimed_is_refused_too() {
        CheckpointStore early = open();
        early.save(all(20, 1)).block(PATIENCE);

        claimed(1, Set.of("h1", "new"));

        assertThatThrownBy(() -> early.save(Map.of("h1", position(2), "new", position(2)))
                        .block(PATIENCE))
                .isInstanceOfSatisfying(
                        FencedException.class,
                        fenced -> assertThat(fenced.handlerIds()).containsExactlyInAnyOrder("h1", "new"));
        assertThat(load(open(), "h1", "new")).isEqualTo(Map.of("h1", position(1)));
    }

    @Test
    void of_a_save_whose_handlers_are_in_part_claimed_elsewhere_the_others_are_saved() {
        CheckpointStore early = claimed(1, all(20, 1).keySet());
        early.save(all(20, 1)).block(PATIENCE);
        CheckpointStore later = claimed(2, Set.of("h1", "h7"));
        later.save(Map.of("h7", position(3))).block(PATIENCE);

        assertThatThrownBy(() -> early.save(all(20, 2)).block(PATIENCE))
                .isInstanceOfSatisfying(
                        FencedException.class,
                        fenced -> assertThat(fenced.handlerIds()).containsExactlyInAnyOrder("h1", "h7"));

        Map<String, Position> expected = new HashMap<>(all(20, 2));
        expected.put("h1", position(1));
        expected.put("h7", position(3));
        assertThat(load(open(), expected.keySet().toArray(String[]::new))).isEqualTo(expected);
    }

    @Test
    void handlers_of_one_instance_may_have_different_terms_and_move_by_one_write() {
        CheckpointStore store = claimed(1, all(20, 1).keySet());
        store.save(all(20, 1)).block(PATIENCE);

        store.claim(terms(7, all(10, 1).keySet())).block(PATIENCE);
        store.save(all(20, 2)).block(PATIENCE);
        long before = written();
        store.save(all(20, 3)).block(PATIENCE);

        assertThat(written() - before).isEqualTo(1);
        assertThat(load(open(), "h0", "h19")).isEqualTo(Map.of("h0", position(3), "h19", position(3)));
        assertThatThrownBy(() -> claimed(6, Set.of("h0"))).isInstanceOf(FencedException.class);
        assertThat(claimed(6, Set.of("h19"))).isNotNull();
    }

    @Test
    void handlers_that_come_back_with_a_later_term_are_saved_again() {
        CheckpointStore store = claimed(1, Set.of("h1"));
        store.save(Map.of("h1", position(1))).block(PATIENCE);
        claimed(2, Set.of("h1")).save(Map.of("h1", position(5))).block(PATIENCE);
        assertThatThrownBy(() -> store.save(Map.of("h1", position(2))).block(PATIENCE))
                .isInstanceOf(FencedException.class);

        store.claim(Map.of("h1", 3L)).block(PATIENCE);

        assertThat(load(store, "h1")).isEqualTo(Map.of("h1", position(5)));
        store.save(Map.of("h1", position(6))).block(PATIENCE);
        assertThat(load(open(), "h1")).isEqualTo(Map.of("h1", position(6)));
    }

    @Test
    void an_instance_that_is_alone_now_goes_on_where_several_were() {
        claimed(7, Set.of("h1")).save(Map.of("h1", position(1))).block(PATIENCE);

        claimed(0, Set.of("h1", "h2"))
                .save(Map.of("h1", position(2), "h2", position(2)))
                .block(PATIENCE);

        assertThat(load(open(), "h1", "h2")).isEqualTo(Map.of("h1", position(2), "h2", position(2)));
        assertThat(only(Filters.eq("_id", "h1")).getLong("term")).isEqualTo(7);
    }

    @Test
    void an_instance_with_an_earlier_term_keeps_the_handlers_that_no_later_one_claimed() {
        CheckpointStore early = claimed(1, all(20, 1).keySet());
        early.save(all(20, 1)).block(PATIENCE);
        claimed(2, Set.of("h1"));

        Map<String, Position> others = new HashMap<>(all(20, 2));
        others.remove("h1");
        early.save(others).block(PATIENCE);

        others.put("h1", position(1));
        assertThat(load(open(), others.keySet().toArray(String[]::new))).isEqualTo(others);
    }

    @Test
    void after_a_failed_write_the_next_save_brings_everything_up_to_date() {
        CheckpointStore store = open();
        store.save(all(20, 1)).block(PATIENCE);
        try (FailPoint failing = failing(List.of("update"), new Document("errorCode", 11601))) {
            assertThatThrownBy(() -> store.save(all(20, 2)).block(PATIENCE)).hasMessageContaining("11601");
        }

        store.save(all(20, 3)).block(PATIENCE);

        assertThat(load(open(), "h0", "h19")).isEqualTo(Map.of("h0", position(3), "h19", position(3)));
        assertThat(documents()).hasSize(21);
    }

    @Test
    void a_save_that_is_cancelled_while_it_writes_does_no_harm() {
        CheckpointStore store = open();
        store.save(all(20, 1)).block(PATIENCE);
        try (FailPoint slow =
                failing(List.of("update"), new Document("blockConnection", true).append("blockTimeMS", 300))) {
            assertThatThrownBy(() -> store.save(all(20, 2)).block(Duration.ofMillis(50)))
                    .hasMessageContaining("Timeout");
        }

        Map<String, Position> behind = new HashMap<>(all(20, 3));
        behind.put("h1", position(2));
        store.save(behind).block(PATIENCE);

        assertThat(load(open(), behind.keySet().toArray(String[]::new))).isEqualTo(behind);
    }

    @Test
    void a_position_that_cannot_be_read_is_named() {
        Mono.from(positions().insertOne(new Document("_id", "h1").append("clusterTime", "yesterday")))
                .block();

        assertThatThrownBy(() -> load(open(), "h1"))
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("ONC-1304")
                .hasMessageContaining("h1")
                .hasMessageContaining("yesterday");
    }

    @Test
    void a_handler_whose_document_was_deleted_begins_anew() {
        CheckpointStore store = open();
        store.save(all(20, 5)).block(PATIENCE);

        Mono.from(positions().deleteOne(Filters.eq("_id", "h1"))).block();

        assertThat(load(open(), "h1", "h2")).isEqualTo(Map.of("h2", position(5)));
    }

    @Test
    void an_account_that_may_not_write_is_refused_at_the_start_with_what_it_lacks() {
        try (FailPoint failing = failing(List.of("update"), new Document("errorCode", 13))) {
            assertThatThrownBy(() -> open().prepare().block(PATIENCE))
                    .isInstanceOf(OnChangeException.class)
                    .hasMessageContaining("ONC-1302")
                    .hasMessageContaining(database + ".onchange.positions")
                    .hasMessageContaining("Grant the account find, insert, update and remove");
        }
    }

    private static FailPoint failing(List<String> commands, Document how) {
        return mongo.failPoint(
                "failCommand", "alwaysOn", how.append("failCommands", commands).append("appName", APP));
    }

    private static Map<String, Position> load(CheckpointStore store, String... ids) {
        return store.load(Arrays.asList(ids)).block(PATIENCE);
    }

    private MongoCollection<Document> positions() {
        return client.getDatabase(database).getCollection(MongoCheckpointStore.COLLECTION);
    }

    private List<Document> documents() {
        return Flux.from(positions().find()).collectList().block(PATIENCE);
    }

    private Document only(Bson filter) {
        return Flux.from(positions().find(filter)).single().block(PATIENCE);
    }

    /** Entries of the oplog that concern these positions. */
    private long written() {
        return Mono.from(client.getDatabase("local")
                        .getCollection("oplog.rs")
                        .countDocuments(Filters.eq("ns", database + "." + MongoCheckpointStore.COLLECTION)))
                .block(PATIENCE);
    }
}
