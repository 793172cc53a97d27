package dev.onchange.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoNamespace;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.OperationType;
import com.mongodb.client.model.changestream.TruncatedArray;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.ChangeEvent;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.localmongo.LocalMongo;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DocumentCodec;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of every kind of event that the server produces can be read, and says what the raw event says. */
class EventFormatTest {

    private static final String DATABASE = "format" + new ObjectId();

    private static List<RawBsonDocument> recorded = List.of();

    private final EventDecoder decoder = new EventDecoder(MongoClientSettings.getDefaultCodecRegistry());

    @BeforeAll
    static void record() {
        try (LocalMongo mongo = LocalMongo.shared();
                MongoClient client = MongoClients.create(mongo.connectionString())) {
            recorded = RecordedEvents.record(client, DATABASE);
        }
    }

    static Stream<RawBsonDocument> everyEvent() {
        return recorded.stream();
    }

    @Test
    void every_kind_of_change_was_reported() {
        assertThat(recorded)
                .extracting(event -> event.getString("operationType").getValue())
                .containsSubsequence(
                        "create",
                        "insert",
                        "update",
                        "update",
                        "replace",
                        "delete",
                        "insert",
                        "update",
                        "delete",
                        "createIndexes",
                        "modify",
                        "dropIndexes",
                        "rename",
                        "drop",
                        "dropDatabase",
                        "invalidate");
    }

    @ParameterizedTest
    @MethodSource("everyEvent")
    void each_accessor_says_what_the_raw_event_says(RawBsonDocument raw) {
        BsonDocument expected = raw.decode(new BsonDocumentCodec());

        ChangeEvent<?> event = event(raw);

        assertThat(event.raw()).isSameAs(raw);
        assertThat(event.resumeToken()).isEqualTo(expected.get("_id"));
        assertThat(new BsonString(event.operationName())).isEqualTo(expected.get("operationType"));
        assertThat(namespace(event.namespace(), event.databaseName())).isEqualTo(expected.get("ns"));
        assertThat(namespace(event.destinationNamespace(), null)).isEqualTo(expected.get("to"));
        assertThat(event.documentKey()).isEqualTo(expected.get("documentKey"));
        assertThat(event.fullDocument()).isEqualTo(decoded(expected.get("fullDocument")));
        assertThat(event.fullDocumentBeforeChange()).isEqualTo(decoded(expected.get("fullDocumentBeforeChange")));
        assertThat(event.updateDescription()).isEqualTo(updateDescription(expected));
        assertThat(event.clusterTime()).isEqualTo(expected.get("clusterTime"));
        assertThat(event.wallTime())
                .isEqualTo(Instant.ofEpochMilli(expected.getDateTime("wallTime").getValue()));
        assertThat(event.collectionUuid() == null ? null : new BsonBinary(event.collectionUuid()))
                .isEqualTo(expected.get("collectionUUID"));
        assertThat(event.transaction() == null ? null : event.transaction().lsid())
                .isEqualTo(expected.get("lsid"));
        assertThat(
                        event.transaction() == null
                                ? null
                                : new BsonInt64(event.transaction().txnNumber()))
                .isEqualTo(expected.get("txnNumber"));
    }

    @ParameterizedTest
    @MethodSource("everyEvent")
    void the_drivers_own_type_is_what_the_drivers_own_codec_makes(RawBsonDocument raw) {
        ChangeStreamDocument<Document> expected = raw.decode(
                ChangeStreamDocument.createCodec(Document.class, MongoClientSettings.getDefaultCodecRegistry()));

        Change change = decoder.change(new RawChange(raw, "fingerprint"));

        assertThat(change.driverDocument(decoder.payload(Document.class))).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("everyEvent")
    void only_what_describes_a_command_is_left_to_the_raw_event(RawBsonDocument raw) {
        Set<String> shown = Set.of(
                "_id",
                "operationType",
                "clusterTime",
                "wallTime",
                "collectionUUID",
                "ns",
                "to",
                "documentKey",
                "fullDocument",
                "fullDocumentBeforeChange",
                "updateDescription",
                "lsid",
                "txnNumber");

        // They have no accessor; to the driver they are extra elements, too.
        Set<String> description = Set.of("operationDescription", "stateBeforeChange", "nsType");
        assertThat(raw.keySet())
                .isSubsetOf(Stream.concat(shown.stream(), description.stream()).toList());
    }

    @Test
    void an_insert_has_its_document_and_an_update_what_changed() {
        ChangeEvent<?> insert = event(only("insert", outside()));
        ChangeEvent<?> update = event(first("update", event -> true));

        assertThat(insert.operation()).isEqualTo(OperationType.INSERT);
        assertThat(insert.namespace()).isEqualTo(new MongoNamespace(DATABASE, "items"));
        assertThat(insert.fullDocument())
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("sku", "a");
        assertThat(insert.fullDocumentBeforeChange()).isNull();
        assertThat(insert.updateDescription()).isNull();
        assertThat(insert.transaction()).isNull();
        assertThat(update.updateDescription().getUpdatedFields())
                .isEqualTo(BsonDocument.parse("{qty: 2, 'sizes.1': 5}"));
        assertThat(update.updateDescription().getRemovedFields()).containsExactly("old");
        assertThat(update.fullDocument())
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("qty", 2);
        assertThat(update.fullDocumentBeforeChange())
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("qty", 3);
    }

    @Test
    void an_update_by_pipeline_shows_the_truncated_array() {
        ChangeEvent<?> update = event(first(
                "update",
                event -> !event.getDocument("updateDescription")
                        .getArray("truncatedArrays")
                        .isEmpty()));

        assertThat(update.updateDescription().getTruncatedArrays()).containsExactly(new TruncatedArray("tags", 15));
    }

    @Test
    void changes_of_a_transaction_name_it() {
        List<RawBsonDocument> inside =
                recorded.stream().filter(event -> event.containsKey("lsid")).toList();

        assertThat(inside)
                .extracting(event -> event(event).operation())
                .containsExactly(OperationType.INSERT, OperationType.UPDATE, OperationType.DELETE);
        assertThat(inside)
                .extracting(event -> event(event).transaction())
                .doesNotContainNull()
                .containsOnly(event(inside.get(0)).transaction());
    }

    @Test
    void a_rename_names_both_collections_and_an_invalidate_none() {
        ChangeEvent<?> rename = event(only("rename", event -> true));
        ChangeEvent<?> dropDatabase = event(only("dropDatabase", event -> true));
        ChangeEvent<?> invalidate = event(only("invalidate", event -> true));

        assertThat(rename.namespace()).isEqualTo(new MongoNamespace(DATABASE, "items"));
        assertThat(rename.destinationNamespace()).isEqualTo(new MongoNamespace(DATABASE, "renamed"));
        assertThat(dropDatabase.namespace()).isNull();
        assertThat(dropDatabase.databaseName()).isEqualTo(DATABASE);
        assertThat(invalidate.namespace()).isNull();
        assertThat(invalidate.databaseName()).isNull();
        assertThat(invalidate.documentKey()).isNull();
    }

    @Test
    void expanded_operations_are_other_to_the_driver_and_keep_their_name_and_description() {
        Stream.of("create", "createIndexes", "dropIndexes", "modify").forEach(operation -> {
            ChangeEvent<?> event = event(first(operation, any -> true));

            assertThat(event.operation()).isEqualTo(OperationType.OTHER);
            assertThat(event.operationName()).isEqualTo(operation);
            assertThat(event.raw().getDocument("operationDescription")).isNotEmpty();
            assertThat(event.collectionUuid()).isNotNull();
        });
    }

    private ChangeEvent<?> event(RawBsonDocument raw) {
        return decoder.change(new RawChange(raw, "fingerprint")).event(Document.class);
    }

    private static RawBsonDocument only(String operation, Predicate<RawBsonDocument> further) {
        List<RawBsonDocument> found = all(operation, further);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static RawBsonDocument first(String operation, Predicate<RawBsonDocument> further) {
        List<RawBsonDocument> found = all(operation, further);
        assertThat(found).isNotEmpty();
        return found.get(0);
    }

    private static List<RawBsonDocument> all(String operation, Predicate<RawBsonDocument> further) {
        return recorded.stream()
                .filter(event -> event.getString("operationType").getValue().equals(operation))
                .filter(further)
                .toList();
    }

    private static Predicate<RawBsonDocument> outside() {
        return event -> !event.containsKey("lsid");
    }

    private static BsonDocument namespace(MongoNamespace full, String database) {
        if (full != null) {
            return new BsonDocument("db", new BsonString(full.getDatabaseName()))
                    .append("coll", new BsonString(full.getCollectionName()));
        }
        return database == null ? null : new BsonDocument("db", new BsonString(database));
    }

    private static Document decoded(BsonValue document) {
        return document == null || document.isNull()
                ? null
                : new RawBsonDocument(document.asDocument(), new BsonDocumentCodec()).decode(new DocumentCodec());
    }

    private static UpdateDescription updateDescription(BsonDocument event) {
        if (!event.containsKey("updateDescription")) {
            return null;
        }
        BsonDocument update = event.getDocument("updateDescription");
        return new UpdateDescription(
                update.getArray("removedFields").stream()
                        .map(field -> field.asString().getValue())
                        .toList(),
                update.getDocument("updatedFields"),
                update.getArray("truncatedArrays").stream()
                        .map(BsonValue::asDocument)
                        .map(array -> new TruncatedArray(
                                array.getString("field").getValue(),
                                array.getInt32("newSize").getValue()))
                        .toList(),
                update.containsKey("disambiguatedPaths") ? update.getDocument("disambiguatedPaths") : null);
    }
}
