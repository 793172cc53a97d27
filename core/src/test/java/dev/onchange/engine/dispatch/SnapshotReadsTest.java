package dev.onchange.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.snapshot.Chunk;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;

/** How much is read at a time, and how fast a snapshot counts as being. */
class SnapshotReadsTest {

    private static final Chunk EMPTY = new Chunk(new BsonTimestamp(1, 1), List.of(), null, 0);

    @Test
    void after_a_read_that_became_too_old_less_is_read_until_a_hundred_have_succeeded() {
        ReadSizes sizes = new ReadSizes();
        sizes.begins(1_000);

        sizes.tooOld();
        assertThat(sizes.most()).isEqualTo(250);

        IntStream.range(0, 100).forEach(any -> sizes.read(EMPTY));
        assertThat(sizes.most()).isEqualTo(500);
    }

    @Test
    void one_document_is_read_however_often_a_read_became_too_old() {
        ReadSizes sizes = new ReadSizes();
        sizes.begins(3);

        sizes.tooOld();

        assertThat(sizes.most()).isEqualTo(1);
    }

    @Test
    void documents_that_are_passed_over_count_for_how_fast_it_comes_to_its_end() {
        AtomicLong millis = new AtomicLong();
        InstantSource time = () -> Instant.ofEpochMilli(millis.get());
        SnapshotPace pace = new SnapshotPace(time.withZone(ZoneOffset.UTC), 1, 0);
        millis.set(1_000);

        pace.passedOver(900);
        millis.set(2_000);
        pace.settled(1_100);

        assertThat(pace.perSecond()).isBetween(900.0, 1_100.0);
    }
}
