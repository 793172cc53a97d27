package dev.onchange.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.bson.ChangeKey;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {

    private static final long SEED = 1;

    private LongStream hashes() {
        return new Random(SEED).longs(2_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 32, 64, 128, 256})
    void every_key_is_in_exactly_one_partition_and_those_without_in_the_first(int count) {
        List<Partition> all = Partition.allOf("stock", count);

        assertThat(hashes().mapToObj(hash ->
                        all.stream().filter(each -> each.takes(hash)).count()))
                .as("seed %d", SEED)
                .containsOnly(1L);
        assertThat(all.get(0).takes(0)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 32, 64, 128})
    void a_partition_is_exactly_two_of_twice_as_many(int count) {
        List<Partition> all = Partition.allOf("stock", count);
        List<Partition> halves = Partition.allOf("stock", 2 * count);

        assertThat(hashes().allMatch(hash -> IntStream.range(0, count)
                        .allMatch(number -> all.get(number).takes(hash)
                                == (halves.get(number).takes(hash)
                                        || halves.get(number + count).takes(hash)))))
                .as("seed %d", SEED)
                .isTrue();
    }

    @Test
    void keys_are_spread_evenly() {
        int[] sizes = new int[256];
        for (int n = 0; n < 100_000; n++) {
            sizes[Partition.slot(hash(new BsonInt32(n))) % sizes.length]++;
        }

        assertThat(IntStream.of(sizes)).allMatch(size -> size > 250 && size < 550);
    }

    @Test
    void numbers_are_in_one_partition_by_their_value() {
        assertThat(List.of(
                        hash(new BsonInt32(7)),
                        hash(new BsonInt64(7)),
                        hash(new BsonDouble(7)),
                        hash(new BsonDecimal128(Decimal128.parse("7.0")))))
                .containsOnly(hash(new BsonInt32(7)));
    }

    /** Instances of different versions share partitions: none of these may ever change. */
    @Test
    void the_slots_of_keys_are_the_same_in_all_versions() {
        assertThat(List.of(
                        Partition.slot(hash(new BsonInt32(1))),
                        Partition.slot(hash(new BsonString("a"))),
                        Partition.slot(hash(new BsonDocument("a", new BsonInt64(1))))))
                .containsExactly(245, 502, 371);
    }

    @Test
    void a_partition_has_an_id_that_names_its_handler() {
        assertThat(new Partition("com.acme.Stock#low|x", 3, 8).id()).isEqualTo("com.acme.Stock#low|x|3/8");
        assertThat(new Partition("stock", 0, 1).id()).isEqualTo("stock");
        assertThat(Partition.handlerOf("com.acme.Stock#low|x|3/8")).isEqualTo("com.acme.Stock#low|x");
        assertThat(Partition.handlerOf("stock|3")).isEqualTo("stock|3");
    }

    private static long hash(BsonValue id) {
        BsonDocument stored = new BsonDocument("db", new BsonString("shop"))
                .append("coll", new BsonString("stock"))
                .append("_id", id);
        return ChangeKey.of(stored).hash();
    }
}
