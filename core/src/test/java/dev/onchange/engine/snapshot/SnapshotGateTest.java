package dev.onchange.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;

/** Histories and interleavings at random; {@code -Dseeds} makes them more, {@code -Dseed} repeats one. */
class SnapshotGateTest {

    private static final long SEEDS = Long.getLong("seeds", 20_000);

    @Test
    void each_document_is_followed_by_exactly_its_later_changes() {
        Long one = Long.getLong("seed");
        LongStream seeds = one == null ? LongStream.range(0, SEEDS) : LongStream.of(one);
        seeds.parallel().forEach(SnapshotGateTest::check);
    }

    @Test
    void one_that_ended_leaves_out_what_its_documents_contain_until_the_stream_has_passed_them_also_after_a_restart() {
        Given given = new Given(new ArrayList<>());
        SnapshotGate<Integer, String, String> gate =
                new SnapshotGate<>(false, SnapshotProgress.begin(KnownDocuments.<Integer>none()), time(1), given);
        gate.readBegins();
        gate.announce(5);
        gate.read(List.of(), new ReadSegment<>(5, time(10)), false);
        gate.end();
        assertThat(gate.over(time(7))).isFalse();

        SnapshotGate<Integer, String, String> next = new SnapshotGate<>(false, gate.progress(time(7)), time(7), given);
        next.change(3, time(8), false, "contained");
        next.change(9, time(8), false, "of one that was not read");
        next.change(3, time(11), false, "later");

        assertThat(given.changes()).containsExactly("of one that was not read", "later");
        assertThat(next.complete()).isTrue();
        assertThat(next.over(time(11))).isTrue();
    }

    private record Given(List<String> changes) implements SnapshotOutput<Integer, String, String> {

        @Override
        public void document(ReadDocument<Integer, String> document) {
            throw new AssertionError(document.document());
        }

        @Override
        public void change(String change) {
            changes.add(change);
        }

        @Override
        public void discard(String change) {}
    }

    private static BsonTimestamp time(int seconds) {
        return new BsonTimestamp(seconds, 0);
    }

    private static void check(long seed) {
        try {
            new SnapshotModel(seed).run();
        } catch (AssertionError | RuntimeException wrong) {
            throw new AssertionError("-Dseed=" + seed + ": " + wrong.getMessage(), wrong);
        }
    }
}
