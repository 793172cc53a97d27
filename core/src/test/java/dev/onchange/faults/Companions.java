package dev.onchange.faults;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.Ordering;
import dev.onchange.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;

/** Handlers that come and go, so that streams are grouped in another way each time. */
final class Companions {

    /** What <code>${match}</code> stands for: what is decided here, what only the server can, and what never is true. */
    private static final List<String> FILTERS = List.of(
            "{ operationType: 'insert' }",
            "{ 'updateDescription.updatedFields.v': { $gt: 3 } }",
            "{ $expr: { $eq: [{ $mod: ['$documentKey._id', 3] }, 0] } }",
            "{ operationType: { $in: ['delete', 'drop'] } }",
            "{ 'documentKey._id': { $lt: 0 } }");

    private static final List<String> COLLECTIONS = List.of(Writer.COLLECTION, "others", "missing");

    private Companions() {}

    /** Some of them; none at times. */
    static List<Object> some(Random random, AtomicInteger calls) {
        List<Object> chosen = new ArrayList<>(List.of(
                new OfDatabase(calls),
                new OfDeployment(calls),
                new Filtered(calls),
                new LookedUp(calls),
                new Expanded(calls),
                new Piped(calls)));
        chosen.removeIf(companion -> random.nextBoolean());
        return chosen;
    }

    static String filter(Random random) {
        return FILTERS.get(random.nextInt(FILTERS.size()));
    }

    static String collection(Random random) {
        return COLLECTIONS.get(random.nextInt(COLLECTIONS.size()));
    }

    record OfDatabase(AtomicInteger calls) {
        @OnChange(ordering = Ordering.NONE, concurrency = 4)
        void received(ChangeEvent<Document> change) {
            calls.incrementAndGet();
        }
    }

    record OfDeployment(AtomicInteger calls) {
        @OnChange(scope = Scope.DEPLOYMENT, operation = "drop")
        void received(ChangeEvent<Document> change) {
            calls.incrementAndGet();
        }
    }

    record Filtered(AtomicInteger calls) {
        @OnChange(collection = "${collection}", match = "${match}")
        void received(ChangeEvent<Document> change) {
            calls.incrementAndGet();
        }
    }

    record LookedUp(AtomicInteger calls) {
        @OnChange(collection = "${collection}", operation = "update", fullDocument = FullDocument.UPDATE_LOOKUP)
        void received(ChangeEvent<Document> change) {
            calls.incrementAndGet();
        }
    }

    record Expanded(AtomicInteger calls) {
        @OnChange(scope = Scope.DATABASE, expandedEvents = true, match = "${match}")
        void received(ChangeEvent<Document> change) {
            calls.incrementAndGet();
        }
    }

    record Piped(AtomicInteger calls) {
        @OnChange(
                collection = Writer.COLLECTION,
                pipeline = {"{ $match: ${match} }", "{ $project: { operationType: 1, documentKey: 1 } }"})
        void received(Document shape) {
            calls.incrementAndGet();
        }
    }
}
