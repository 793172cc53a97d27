package dev.onchange.engine.lookup;

import dev.onchange.engine.bson.RawBytes;
import java.util.List;
import org.bson.RawBsonDocument;

/** How many documents to ask for at a time, learnt from the sizes of the documents that came. */
final class BatchSizer {

    /** So many at first, when nothing is known. */
    private static final int FIRST = 100;

    private final LookUpLimits limits;
    private long typicalSize;

    BatchSizer(LookUpLimits limits) {
        this.limits = limits;
        this.typicalSize = Math.max(1, limits.bytes() / FIRST);
    }

    int batchSize() {
        return (int) Math.max(1, Math.min(limits.changes(), limits.bytes() / typicalSize));
    }

    /** Larger documents are taken account of at once, smaller ones little by little: too large a batch costs memory. */
    void learnFrom(List<CompletedChange> changes) {
        long documents = 0;
        long bytes = 0;
        for (CompletedChange change : changes) {
            RawBsonDocument document = change.document();
            if (document != null) {
                documents++;
                bytes += RawBytes.length(document);
            }
        }
        if (documents > 0) {
            long mean = Math.max(1, bytes / documents);
            typicalSize = mean >= typicalSize ? mean : mean + (typicalSize - mean) / 2;
        }
    }
}
