package dev.onchange.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.match.RandomValues;
import java.util.List;
import java.util.Random;
import org.bson.BsonDbPointer;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

class RawChangeTest {

    private static final String TOKEN =
            "826B05244F000000032B022C0100296E5A1004CA4C6367C6D14C51A657005E8C48D85E461E5F696400290004";
    private static final String INSERT = """
        {_id: {_data: '%s'}, operationType: 'insert', clusterTime: {$timestamp: {t: 1795499087, i: 3}},
         wallTime: {$date: '2026-11-24T05:44:47.000Z'},
         fullDocument: {_id: %s, operationType: 'not this one', ns: {db: 'x'}},
         ns: {db: 'shop', coll: 'inventory'}, documentKey: {_id: %s}}
        """;

    @Test
    void the_fields_that_lead_to_handlers_are_read_from_the_top_level() {
        RawChange change = insert("{$numberInt: '7'}");

        assertThat(change.operation()).isEqualTo("insert");
        assertThat(change.database()).isEqualTo("shop");
        assertThat(change.collection()).isEqualTo("inventory");
        assertThat(change.documentKey()).isEqualTo(BsonDocument.parse("{_id: 7}"));
        assertThat(change.clusterTime()).isEqualTo(new BsonTimestamp(1795499087, 3));
        assertThat(change.token()).isEqualTo(BsonDocument.parse("{_data: '" + TOKEN + "'}"));
        assertThat(change.size()).isEqualTo(RawBytes.length(change.document()));
    }

    @Test
    void a_token_does_not_hold_on_to_the_batch_that_its_event_came_in() {
        RawBsonDocument batch =
                new RawBsonDocument(RawBytes.array(parse("{events: [{_id: {_data: 'ab'}, filler: 'x'}]}"))
                        .clone());
        RawBsonDocument event =
                (RawBsonDocument) batch.getArray("events").get(0).asDocument();

        BsonDocument token = new RawChange(event, "").token();

        assertThat(token).isEqualTo(BsonDocument.parse("{_data: 'ab'}"));
        assertThat(RawBytes.array((RawBsonDocument) token)).hasSize(RawBytes.length((RawBsonDocument) token));
    }

    @Test
    void an_invalidate_names_neither_database_nor_collection_nor_document() {
        RawChange change = change("{_id: {_data: '%s'}, operationType: 'invalidate'}".formatted(TOKEN));

        assertThat(change.operation()).isEqualTo("invalidate");
        assertThat(change.database()).isNull();
        assertThat(change.collection()).isNull();
        assertThat(change.documentKey()).isNull();
        assertThat(change.key()).isNull();
    }

    @Test
    void the_drop_of_a_database_names_no_collection() {
        RawChange change = change("{_id: {_data: 'x'}, operationType: 'dropDatabase', ns: {db: 'shop'}}");

        assertThat(change.database()).isEqualTo("shop");
        assertThat(change.collection()).isNull();
    }

    @Test
    void a_projected_event_has_its_time_from_the_token() {
        RawChange change = change("{_id: {_data: '%s'}, total: 3, ns: 'none', operationType: 5}".formatted(TOKEN));

        assertThat(change.operation()).isEmpty();
        assertThat(change.database()).isNull();
        assertThat(change.position())
                .isEqualTo(new Position(change.token(), new BsonTimestamp(1795499087, 3), "fingerprint"));
    }

    @Test
    void a_token_that_is_no_hexadecimal_string_has_no_time() {
        assertThat(change("{_id: {_data: 'short'}}").clusterTime()).isNull();
        assertThat(change("{_id: {_data: '82zzzzzzzzzzzzzzzzzz'}}").clusterTime())
                .isNull();
        assertThat(change("{_id: {_data: '8100000000000000000000'}}").clusterTime())
                .isNull();
        assertThat(change("{_id: {_data: {$binary: {base64: 'AAAA', subType: '00'}}}}")
                        .clusterTime())
                .isNull();
    }

    @Test
    void every_type_of_value_is_stepped_over() {
        BsonDocument document = BsonDocument.parse("""
            {_id: {_data: 'x'}, d: 1.5, s: 'text', o: {a: 1}, a: [1, 2], u: {$undefined: true}, t: true,
             b: {$binary: {base64: 'AAAA', subType: '00'}}, i: {$oid: '6b05244f0000000000000000'}, w: {$date: 0},
             n: null, r: {$regularExpression: {pattern: 'a.b', options: 'im'}}, j: {$code: 'x()'},
             y: {$symbol: 'y'}, l: {$numberInt: '1'}, m: {$timestamp: {t: 1, i: 1}}, g: {$numberLong: '1'},
             k: {$numberDecimal: '1.5'}, z: {$minKey: 1}, zz: {$maxKey: 1}}
            """);
        document.append("p", new BsonDbPointer("a.b", new ObjectId()))
                .append("c", new BsonJavaScriptWithScope("x()", new BsonDocument("q", BsonNull.VALUE)))
                .append("operationType", new BsonString("insert"));

        RawChange change = new RawChange(new RawBsonDocument(document, new BsonDocumentCodec()), "");

        assertThat(change.operation()).isEqualTo("insert");
    }

    @Test
    void names_are_the_same_strings_for_events_of_one_stream() {
        NameCache names = new NameCache();

        RawChange one = new RawChange(parse(INSERT.formatted(TOKEN, "1", "1")), RawChange.Origin.of(""), names);
        RawChange other = new RawChange(parse(INSERT.formatted(TOKEN, "2", "2")), RawChange.Origin.of(""), names);

        assertThat(other.operation()).isSameAs(one.operation());
        assertThat(other.database()).isSameAs(one.database());
        assertThat(other.collection()).isSameAs(one.collection());
    }

    /** Names of fields that differ in a byte, in their length or in their type alone, in orders that come back. */
    @Test
    void fields_are_found_whatever_fields_the_event_before_had() {
        long seed = RandomValues.SEED;
        Random random = new Random(seed);
        NameCache names = new NameCache();
        BsonDocument document = BsonDocument.parse("{_id: 1}");
        List<BsonValue> values = List.of(
                document,
                new BsonDocument(),
                new BsonString("insert"),
                new BsonTimestamp(1, 2),
                new BsonInt32(5),
                BsonNull.VALUE);
        List<String> fields = List.of(
                "_id",
                "_ie",
                "ns",
                "nt",
                "n",
                "operationType",
                "operationTypf",
                "clusterTime",
                "documentKey",
                "documentKez",
                "fullDocument",
                "fullDocumenu",
                "collectionUUID",
                "fullDocumentBeforeChange",
                "wallTime");

        for (int i = 0; i < 20_000; i++) {
            BsonDocument event = new BsonDocument();
            for (int field = random.nextInt(8); field >= 0; field--) {
                event.append(fields.get(random.nextInt(fields.size())), values.get(random.nextInt(values.size())));
            }
            RawBsonDocument raw = new RawBsonDocument(event, new BsonDocumentCodec());
            RawChange change = new RawChange(raw, RawChange.Origin.of(""), names);

            assertThat(change.operation())
                    .as("seed %d: %s", seed, event)
                    .isEqualTo(event.get("operationType") instanceof BsonString name ? name.getValue() : "");
            assertThat(change.fullDocument())
                    .as("seed %d: %s", seed, event)
                    .isEqualTo(event.get("fullDocument") instanceof BsonDocument full ? full : null);
            assertThat(change.documentKey())
                    .as("seed %d: %s", seed, event)
                    .isEqualTo(event.get("documentKey") instanceof BsonDocument key ? key : null);
            if (event.get("clusterTime") instanceof BsonTimestamp time) {
                assertThat(change.clusterTime()).as("seed %d: %s", seed, event).isEqualTo(time);
            }
        }
    }

    @Test
    void changes_of_one_document_have_equal_keys() {
        assertThat(insert("'a'").key())
                .isEqualTo(insert("'a'").key())
                .hasSameHashCodeAs(insert("'a'").key());
        assertThat(insert("'a'").key()).isNotEqualTo(insert("'b'").key());
    }

    @Test
    void documents_of_different_collections_have_different_keys() {
        RawChange one = change("{_id: {_data: 'x'}, ns: {db: 'shop', coll: 'a'}, documentKey: {_id: 1}}");
        RawChange other = change("{_id: {_data: 'x'}, ns: {db: 'shop', coll: 'b'}, documentKey: {_id: 1}}");

        assertThat(one.key()).isNotEqualTo(other.key());
    }

    @Test
    void a_document_keeps_its_key_when_its_shard_key_changes() {
        RawChange one = change("{_id: {_data: 'x'}, ns: {db: 'd', coll: 'c'}, documentKey: {region: 'eu', _id: 1}}");
        RawChange other = change("{_id: {_data: 'x'}, ns: {db: 'd', coll: 'c'}, documentKey: {region: 'us', _id: 1}}");

        assertThat(one.key()).isEqualTo(other.key());
    }

    @Test
    void a_key_is_the_same_whatever_type_its_number_has() {
        RawChange whole = insert("{$numberInt: '7'}");

        for (String other : List.of("{$numberLong: '7'}", "{$numberDouble: '7.0'}", "{$numberDecimal: '7.00'}")) {
            assertThat(insert(other).key()).isEqualTo(whole.key());
            assertThat(insert(other).keyHash()).isEqualTo(whole.keyHash());
        }
        assertThat(insert("{$numberDecimal: '7.5'}").key())
                .isEqualTo(insert("{$numberDouble: '7.5'}").key());
        assertThat(insert("{$numberDouble: '7.5'}").key()).isNotEqualTo(whole.key());
    }

    @Test
    void the_hash_of_a_key_is_the_same_for_ever() {
        assertThat(insert("1").keyHash()).isEqualTo(-5406550181794241401L);
        assertThat(insert("'a'").keyHash()).isEqualTo(-5198663854476610696L);
        assertThat(insert("{a: 1.5, b: [null]}").keyHash()).isEqualTo(9098074520066198299L);
    }

    @Test
    void the_hash_of_a_key_is_found_without_making_one() {
        for (String id : List.of("1", "'a'", "{a: 1}", "{$oid: '6b05244f0000000000000000'}", "1.5", "null")) {
            assertThat(insert(id).keyHash()).isEqualTo(insert(id).key().hash());
        }
    }

    private static RawChange insert(String id) {
        return change(INSERT.formatted(TOKEN, id, id));
    }

    private static RawChange change(String json) {
        return new RawChange(parse(json), "fingerprint");
    }

    private static RawBsonDocument parse(String json) {
        return RawBsonDocument.parse(json);
    }
}
