package dev.onchange.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.snapshot.CollectionProgress;
import dev.onchange.engine.snapshot.HandlerProgress;
import dev.onchange.engine.snapshot.KnownDocuments;
import dev.onchange.engine.snapshot.ProgressBson;
import dev.onchange.engine.snapshot.ReadSegment;
import dev.onchange.engine.snapshot.SnapshotCollection;
import dev.onchange.engine.snapshot.SnapshotProgress;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;

/** What partitions inherit of a snapshot that was under way when their number changed. */
class RepartitioningTest {

    private static final Position EARLY = Position.at(new BsonTimestamp(5, 0));
    private static final Position LATE = Position.at(new BsonTimestamp(9, 0));
    private static final BsonDocument PROGRESS = progress(List.of("{a: 1}"));

    @Test
    void more_partitions_go_on_with_the_snapshot_of_the_one_that_they_were_part_of() {
        Map<String, Position> inherited =
                Repartitioning.inherited(handler(4), 2, Map.of("a|0/2", EARLY.withSnapshot(PROGRESS), "a|1/2", LATE));

        assertThat(inherited)
                .containsEntry("a|0/4", EARLY.withSnapshot(PROGRESS))
                .containsEntry("a|2/4", EARLY.withSnapshot(PROGRESS))
                .containsEntry("a|1/4", LATE)
                .containsEntry("a|3/4", LATE);
    }

    @Test
    void fewer_partitions_begin_the_snapshot_anew_whichever_of_them_had_it() {
        Position ofEarly = merged(EARLY.withSnapshot(PROGRESS), LATE);
        Position ofLate = merged(EARLY, LATE.withSnapshot(PROGRESS));
        Position ofBoth = merged(LATE.withSnapshot(PROGRESS), EARLY.withSnapshot(PROGRESS));
        Position ofTheOnlyOneWithAPosition = Repartitioning.inherited(
                        handler(1), 2, Map.of("a|1/2", EARLY.withSnapshot(PROGRESS)))
                .get("a");

        assertThat(List.of(ofEarly, ofLate, ofBoth, ofTheOnlyOneWithAPosition)).allSatisfy(position -> {
            assertThat(position.withSnapshot(null)).isEqualTo(EARLY);
            CollectionProgress collection =
                    ProgressBson.read(position.snapshot()).collections().get(0);
            assertThat(collection.collection()).isEqualTo(new SnapshotCollection("shop", "items", null));
            assertThat(collection.progress())
                    .isEqualTo(SnapshotProgress.begin(KnownDocuments.<DocumentId>ofListening()));
            assertThat(collection.estimated()).isEqualTo(20);
            assertThat(ProgressBson.read(position.snapshot()).filters()).containsExactly("{a: 1}");
            assertThat(ProgressBson.read(position.snapshot()).since()).isEqualTo(new BsonTimestamp(3, 0));
        });
    }

    @Test
    void of_snapshots_with_different_filters_all_documents_come_again() {
        Position position = merged(EARLY.withSnapshot(PROGRESS), LATE.withSnapshot(progress(List.of("{b: 1}"))));

        assertThat(ProgressBson.read(position.snapshot()).filters()).isEmpty();
    }

    @Test
    void without_a_snapshot_there_is_none() {
        assertThat(merged(EARLY, LATE)).isEqualTo(EARLY);
    }

    private static Position merged(Position one, Position other) {
        return Repartitioning.inherited(handler(1), 2, Map.of("a|0/2", one, "a|1/2", other))
                .get("a");
    }

    private static HandlerSpec handler(int partitions) {
        return Declared.handler("a").partitions(partitions).spec();
    }

    private static BsonDocument progress(List<String> filters) {
        DocumentId key =
                DocumentId.of(new RawBsonDocument(new BsonDocument("_id", new BsonInt32(7)), new BsonDocumentCodec()));
        return ProgressBson.write(new HandlerProgress(
                List.of(new CollectionProgress(
                        new SnapshotCollection("shop", "items", null),
                        new SnapshotProgress<>(
                                List.of(new ReadSegment<>(key, new BsonTimestamp(4, 0))), KnownDocuments.none()),
                        8,
                        20)),
                filters,
                new BsonTimestamp(3, 0)));
    }
}
