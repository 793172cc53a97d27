package dev.onchange.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.bson.DocumentId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;

class ProgressBsonTest {

    private static final BsonTimestamp TIME = new BsonTimestamp(4, 1);

    @Test
    void what_is_written_is_read_again() {
        HandlerProgress progress = new HandlerProgress(
                List.of(
                        collection("begun", List.of(new ReadSegment<>(key(7), TIME)), KnownDocuments.none(), 8),
                        collection("known", List.of(), new KnownDocuments<>(false, false, key(9)), 0),
                        collection("all read", List.of(new ReadSegment<>(null, TIME)), KnownDocuments.none(), 20),
                        collection("waiting", List.of(), KnownDocuments.none(), 0),
                        collection("waiting too", List.of(), KnownDocuments.none(), 0),
                        collection("announced", List.of(), new KnownDocuments<>(false, true, null), 0)),
                List.of("{a: 1}"),
                TIME,
                true);

        assertThat(ProgressBson.read(ProgressBson.write(progress))).isEqualTo(progress);
    }

    @Test
    void what_was_written_before_collections_that_wait_stood_together_is_read() {
        BsonDocument former = BsonDocument.parse("""
                { collections: [ { db: 'shop', coll: 'items', listening: false, given: false, read: [], settled: { $numberLong: '0' },
                    estimated: { $numberLong: '20' } } ] }
                """);

        assertThat(ProgressBson.read(former).collections())
                .containsExactly(new CollectionProgress(
                        new SnapshotCollection("shop", "items", null),
                        SnapshotProgress.begin(KnownDocuments.<DocumentId>none()),
                        0,
                        20));
    }

    @Test
    void ten_thousand_collections_that_wait_take_less_than_a_megabyte() {
        List<CollectionProgress> collections = new ArrayList<>();
        IntStream.range(0, 10_000)
                .forEach(i -> collections.add(collection("tenant_" + i, List.of(), KnownDocuments.none(), 0)));

        BsonDocument written = ProgressBson.write(new HandlerProgress(collections, List.of(), TIME));

        assertThat(new RawBsonDocument(written, new BsonDocumentCodec())
                        .getByteBuffer()
                        .remaining())
                .isLessThan(1024 * 1024);
    }

    private static CollectionProgress collection(
            String name, List<ReadSegment<DocumentId>> read, KnownDocuments<DocumentId> known, long settled) {
        return new CollectionProgress(
                new SnapshotCollection("shop", name, UUID.nameUUIDFromBytes(name.getBytes())),
                new SnapshotProgress<>(read, known),
                settled,
                20);
    }

    private static DocumentId key(int id) {
        return DocumentId.of(new RawBsonDocument(new BsonDocument("_id", new BsonInt32(id)), new BsonDocumentCodec()));
    }
}
