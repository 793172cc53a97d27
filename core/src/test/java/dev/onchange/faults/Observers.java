package dev.onchange.faults;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.Ordering;
import dev.onchange.Scope;
import java.util.List;
import java.util.Random;
import org.bson.Document;

/** Handlers that receive each change of the collection, declared in one way or another. */
final class Observers {

    private Observers() {}

    /** Those of the handler "free", which changes its declaration. */
    static Object free(Random random, Deliveries seen) {
        List<Object> declarations = List.of(
                new Plain(seen),
                new LookedUp(seen),
                new Expanded(seen),
                new Filtered(seen),
                new Required(seen),
                new Piped(seen),
                new OfDeployment(seen),
                new ServersChoice(seen));
        return declarations.get(random.nextInt(declarations.size()));
    }

    /** The handler "strict", which keeps the order of the stream, declared in one place or another. */
    static Object strict(Random random, Deliveries seen) {
        return random.nextBoolean() ? new Strict(seen) : new StrictOfDatabase(seen);
    }

    record Plain(Deliveries seen) {
        @OnChange(
                id = "free",
                collection = Writer.COLLECTION,
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE)
        void received(ChangeEvent<Document> change) {
            seen.add(change);
        }
    }

    record LookedUp(Deliveries seen) {
        @OnChange(
                id = "free",
                collection = Writer.COLLECTION,
                fullDocument = FullDocument.UPDATE_LOOKUP,
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
                concurrency = 4)
        void received(ChangeEvent<Document> change) {
            seen.add(change);
        }
    }

    record Expanded(Deliveries seen) {
        @OnChange(
                id = "free",
                collection = Writer.COLLECTION,
                expandedEvents = true,
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE)
        void received(ChangeEvent<Document> change) {
            seen.add(change);
        }
    }

    record Filtered(Deliveries seen) {
        @OnChange(
                id = "free",
                scope = Scope.DATABASE,
                match = "{ 'ns.coll': '" + Writer.COLLECTION + "', operationType: { $ne: 'replace' } }",
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE)
        void received(ChangeEvent<Document> change) {
            seen.add(change);
        }
    }

    record Required(Deliveries seen) {
        @OnChange(
                id = "free",
                collection = Writer.COLLECTION,
                operation = {"insert", "update", "delete"},
                fullDocumentBeforeChange = FullDocumentBeforeChange.REQUIRED)
        void received(ChangeEvent<Document> change) {
            seen.add(change);
        }
    }

    /** With stages of its own, on a stream of its own. */
    record Piped(Deliveries seen) {
        @OnChange(
                id = "free",
                collection = Writer.COLLECTION,
                pipeline = {"{ $match: { operationType: { $ne: 'replace' } } }", "{ $unset: 'wallTime' }"},
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
                concurrency = 2)
        void received(ChangeEvent<Document> change) {
            seen.add(change);
        }
    }

    record OfDeployment(Deliveries seen) {
        @OnChange(
                id = "free",
                scope = Scope.DEPLOYMENT,
                match = "{ 'ns.db': '${database}', 'ns.coll': '" + Writer.COLLECTION + "' }",
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
                concurrency = 3)
        void received(ChangeEvent<Document> change) {
            seen.add(change);
        }
    }

    /** With a filter that the server answers. */
    record ServersChoice(Deliveries seen) {
        @OnChange(
                id = "free",
                collection = Writer.COLLECTION,
                match = "{ $expr: { $gte: [{ $strLenCP: { $toString: '$documentKey._id' } }, 1] } }",
                fullDocument = FullDocument.WHEN_AVAILABLE,
                fullDocumentBeforeChange = FullDocumentBeforeChange.REQUIRED)
        void received(ChangeEvent<Document> change) {
            seen.add(change);
        }
    }

    record Strict(Deliveries seen) {
        @OnChange(
                id = "strict",
                collection = Writer.COLLECTION,
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
                ordering = Ordering.STREAM)
        void received(ChangeEvent<Document> change) {
            seen.add(change);
        }
    }

    record StrictOfDatabase(Deliveries seen) {
        @OnChange(
                id = "strict",
                scope = Scope.DATABASE,
                match = "{ 'ns.coll': '" + Writer.COLLECTION + "' }",
                fullDocument = FullDocument.UPDATE_LOOKUP,
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
                ordering = Ordering.STREAM)
        void received(ChangeEvent<Document> change) {
            seen.add(change);
        }
    }
}
