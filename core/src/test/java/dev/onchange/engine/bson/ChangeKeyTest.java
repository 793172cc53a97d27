package dev.onchange.engine.bson;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.engine.match.RandomValues;
import dev.onchange.localmongo.LocalMongo;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ChangeKeyTest {

    private static final long SEED = RandomValues.SEED;
    private static final int MANY = 4000;
    private static final int DUPLICATE_KEY = 11000;

    private final MongoClient client = MongoClients.create(LocalMongo.shared().connectionString());
    private final MongoCollection<BsonDocument> collection =
            client.getDatabase("change_key_test").getCollection("ids", BsonDocument.class);

    @BeforeEach
    void empty() {
        Mono.from(collection.deleteMany(new BsonDocument())).block();
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void keys_are_equal_where_the_server_refuses_the_second_as_a_duplicate() {
        Random random = new Random(SEED);
        RandomValues values = new RandomValues(random);
        List<BsonValue> ids = IntStream.range(0, MANY)
                .mapToObj(n -> n % 2 == 0 ? new BsonDocument("a", values.value(2)) : number(random))
                .toList();

        Set<Integer> refused = duplicates(ids);

        Map<ChangeKey, BsonValue> firsts = new HashMap<>();
        List<String> differences = new ArrayList<>();
        for (int n = 0; n < MANY; n++) {
            BsonValue earlier = firsts.putIfAbsent(key(ids.get(n)), ids.get(n));
            if (earlier != null != refused.contains(n)) {
                differences.add(ids.get(n) + " and " + earlier);
            }
        }
        assertThat(differences).as("seed " + SEED).isEmpty();
        assertThat(refused).hasSizeBetween(MANY / 10, MANY - MANY / 10);
    }

    private static BsonValue number(Random random) {
        double value = number(random, random.nextInt(4));
        return switch (random.nextInt(4)) {
            case 0 -> new BsonDouble(value);
            case 1 -> new BsonInt64((long) value);
            case 2 -> decimal(value, random.nextInt(3) - 1);
            default -> new BsonDecimal128(Decimal128.fromIEEE754BIDEncoding(random.nextLong(), random.nextLong()));
        };
    }

    private static double number(Random random, int kind) {
        int n = random.nextInt(12) - 6;
        return switch (kind) {
            case 0 -> n / 4.0;
            case 1 -> n / 10.0;
            case 2 -> Math.scalb(1.0, 40 + 2 * n) + n;
            default -> Math.scalb(1.0, 63 + 20 * n) * 1.1;
        };
    }

    private static BsonDecimal128 decimal(double value, int lastDigits) {
        BigDecimal rounded = new BigDecimal(value).round(MathContext.DECIMAL128);
        BigDecimal near = rounded.add(rounded.ulp().multiply(BigDecimal.valueOf(lastDigits)))
                .round(MathContext.DECIMAL128);
        return new BsonDecimal128(new Decimal128(near));
    }

    /** Where the server finds one that it has. */
    private Set<Integer> duplicates(List<BsonValue> ids) {
        List<BsonDocument> documents =
                ids.stream().map(id -> new BsonDocument("_id", id)).toList();
        Set<Integer> refused = new HashSet<>();
        Mono.from(collection.insertMany(documents, new InsertManyOptions().ordered(false)))
                .onErrorResume(MongoBulkWriteException.class, failure -> {
                    for (BulkWriteError error : failure.getWriteErrors()) {
                        assertThat(error.getCode()).isEqualTo(DUPLICATE_KEY);
                        refused.add(error.getIndex());
                    }
                    return Mono.empty();
                })
                .block();
        return refused;
    }

    private static ChangeKey key(BsonValue id) {
        return ChangeKey.of(new BsonDocument("db", new BsonString("d"))
                .append("coll", new BsonString("c"))
                .append("_id", id));
    }
}
