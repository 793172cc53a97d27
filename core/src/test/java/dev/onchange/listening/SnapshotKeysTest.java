package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/**
 * A collection whose keys are of all types that a server takes, some of which look like a part of an expression or are
 * very long, read by listeners that are closed amid it again and again, while such documents come, change and go.
 */
class SnapshotKeysTest {

    private static final int STARTS = 4;

    private final Ground ground = new Ground();
    private final MongoCollection<BsonDocument> items =
            ground.client().getDatabase(ground.database()).getCollection("items", BsonDocument.class);
    private final Map<BsonValue, Long> written = new HashMap<>();
    private final Index index = new Index();
    private long version;

    @AfterEach
    void clear() {
        ground.close();
    }

    private static List<BsonValue> keys(int seed) {
        return new ArrayList<>(List.of(
                new BsonMinKey(),
                BsonNull.VALUE,
                new BsonDouble(Double.NaN),
                new BsonDouble(Double.NEGATIVE_INFINITY),
                new BsonDecimal128(Decimal128.parse("-1E+6000")),
                new BsonInt32(-seed),
                new BsonDouble(-0.0),
                new BsonDouble(seed + 0.5),
                new BsonInt64(1L << 53),
                new BsonInt64((1L << 53) + 1),
                new BsonDecimal128(Decimal128.parse("9007199254740992.5")),
                new BsonDecimal128(Decimal128.POSITIVE_INFINITY),
                new BsonString(""),
                new BsonString("$price"),
                new BsonString("$$NOW"),
                new BsonString("$$REMOVE"),
                new BsonString("with\0zero"),
                new BsonSymbol("symbol"),
                new BsonString("\u00e4\ud83d\ude00"),
                new BsonString("x".repeat(100_000)),
                new BsonString("x".repeat(100_000) + seed),
                BsonDocument.parse("{}"),
                BsonDocument.parse("{a: 1}"),
                BsonDocument.parse("{a: 1.0, b: [1, {c: '$$ROOT'}]}"),
                BsonDocument.parse("{b: {a: 'dotted'}}"),
                BsonDocument.parse("{x: 1, y: { $numberDecimal: 'NaN' }}"),
                BsonDocument.parse("{'': { $maxKey: 1 }}"),
                new BsonBinary(new byte[0]),
                new BsonBinary(new byte[] {1, 2, 3}),
                new BsonBinary((byte) 0x80, new byte[] {1, 2, 3}),
                new BsonBinary(UUID.nameUUIDFromBytes(new byte[] {(byte) seed})),
                new BsonObjectId(new ObjectId(0, 0)),
                new BsonObjectId(),
                BsonBoolean.FALSE,
                BsonBoolean.TRUE,
                new BsonDateTime(-1),
                new BsonDateTime(seed),
                new BsonTimestamp(seed, 1),
                new BsonJavaScript("function() { return 1; }"),
                new BsonMaxKey()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void the_index_equals_the_collection(int seed) {
        Random random = new Random(seed);
        List<BsonValue> keys = keys(seed);
        Collections.shuffle(keys, random);
        List<BsonValue> later = keys.subList(keys.size() - 7, keys.size());
        keys.subList(0, keys.size() - 7).forEach(this::write);

        for (int start = 1; start <= STARTS; start++) {
            boolean last = start == STARTS;
            try (ChangeListeners listeners =
                    ground.builder(index).snapshotRate(last ? 100_000 : 50).start()) {
                for (int i = 0; i < 5; i++) {
                    write(keys.get(random.nextInt(keys.size())));
                    delete(keys.get(random.nextInt(keys.size())));
                }
                write(later.get(start));
                long enough = index.snapshots + 5;
                await().until(() -> index.snapshots >= enough
                        || listeners.status().snapshots().isEmpty()
                        || last);
                if (last) {
                    await().untilAsserted(() -> assertThat(index.versions).isEqualTo(written));
                    await().until(() -> listeners.status().snapshots().isEmpty());
                }
            }
            write(keys.get(random.nextInt(keys.size())));
            delete(keys.get(random.nextInt(keys.size())));
        }
        try (ChangeListeners listeners = ground.builder(index).start()) {
            await().untilAsserted(() -> assertThat(index.versions).isEqualTo(written));
        }
        assertThat(Flux.from(items.find()).count().block()).isEqualTo(written.size());
    }

    private void write(BsonValue key) {
        version++;
        BsonInt64 next = new BsonInt64(version);
        if (written.put(key, version) == null) {
            Ground.run(items.insertOne(new BsonDocument("_id", key).append("version", next)));
        } else {
            Ground.run(items.updateOne(Filters.eq(key), new Document("$set", new Document("version", next))));
        }
    }

    private void delete(BsonValue key) {
        if (written.remove(key) != null) {
            Ground.run(items.deleteOne(Filters.eq(key)));
        }
    }
}
