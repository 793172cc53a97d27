package dev.onchange.engine.snapshot;

import java.util.stream.LongStream;
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

    private static void check(long seed) {
        try {
            new SnapshotModel(seed).run();
        } catch (AssertionError | RuntimeException wrong) {
            throw new AssertionError("-Dseed=" + seed + ": " + wrong.getMessage(), wrong);
        }
    }
}
