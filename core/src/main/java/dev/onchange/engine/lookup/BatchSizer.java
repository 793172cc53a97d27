package dev.onchange.engine.lookup;

import dev.onchange.engine.bson.RawBytes;
import java.util.List;
import org.bson.RawBsonDocument;

/** How many documents to ask for at a time, learnt from the size of those that came. */
final class BatchSizer {

    /** So many at first, when nothing is known. */
    private static final int FIRST = 100;

    private final LookUpLimits limits;
    private long typical;

    BatchSizer(LookUpLimits limits) {
        this.limits = limits;
        this.typical = Math.max(1, limits.bytes() / FIRST);
    }

    int keys() {
        return (int) Math.max(1, Math.min(limits.changes(), limits.bytes() / typical));
    }

    /** Large documents count at once, small ones are believed slowly. */
    void had(List<CompletedChange> departures) {
        long documents = 0;
        long bytes = 0;
        for (CompletedChange completed : departures) {
            RawBsonDocument document = completed.document();
            if (document != null) {
                documents++;
                bytes += RawBytes.length(document);
            }
        }
        if (documents > 0) {
            long mean = Math.max(1, bytes / documents);
            typical = mean >= typical ? mean : mean + (typical - mean) / 2;
        }
    }
}
