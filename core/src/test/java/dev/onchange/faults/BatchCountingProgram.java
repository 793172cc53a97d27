package dev.onchange.faults;

import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Batch;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import java.io.IOException;
import java.util.List;
import org.bson.Document;
import org.reactivestreams.Publisher;

/** The same as {@link CountingProgram}, with many changes in one transaction. */
final class BatchCountingProgram {

    private final MongoCollection<Document> counts;

    private BatchCountingProgram(MongoCollection<Document> counts) {
        this.counts = counts;
    }

    /** @param arguments connection string, database, file beside which it says that it is ready */
    public static void main(String... arguments) throws IOException {
        CountingProgram.run(arguments, BatchCountingProgram::new);
    }

    /** One attempt: what the transaction of a killed process still holds is no failure of the handler. */
    @OnChange(
            id = "counter",
            collection = Writer.COLLECTION,
            fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
            transactional = true,
            concurrency = 2,
            batch = @Batch(size = 20, linger = "20ms"),
            retry = @Retry(attempts = 1))
    Publisher<BulkWriteResult> received(List<ChangeEvent<Document>> changes, ClientSession session) {
        return counts.bulkWrite(
                session,
                changes.stream()
                        .map(change -> new UpdateOneModel<Document>(
                                Filters.eq(Write.of(change).line()),
                                Updates.inc(CountingProgram.TIMES, 1),
                                new UpdateOptions().upsert(true)))
                        .toList());
    }
}
