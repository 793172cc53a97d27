package dev.onchange.engine.lookup;

import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.bson.RawDocuments;
import dev.onchange.engine.match.Match;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The documents that a query has found.
 *
 * @param byId usually one each; on a sharded collection, shards may have documents of the same {@code _id}
 */
record FoundDocuments(Map<DocumentId, List<RawBsonDocument>> byId) {

    static final FoundDocuments NONE = new FoundDocuments(Map.of());

    static FoundDocuments of(List<RawBsonDocument> documents) {
        Map<DocumentId, List<RawBsonDocument>> byId = new HashMap<>(2 * documents.size());
        documents.forEach(document -> byId.merge(FindQuery.id(document), List.of(document), FoundDocuments::concat));
        return new FoundDocuments(byId);
    }

    private static List<RawBsonDocument> concat(List<RawBsonDocument> some, List<RawBsonDocument> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    FoundDocuments merge(FoundDocuments others) {
        Map<DocumentId, List<RawBsonDocument>> all = new HashMap<>(byId);
        others.byId.forEach((id, documents) -> all.merge(id, documents, FoundDocuments::concat));
        return new FoundDocuments(all);
    }

    /** Null if there is no such document. */
    @Nullable
    RawBsonDocument documentOf(RawBsonDocument key, FindTarget target) {
        List<RawBsonDocument> found = byId.get(FindQuery.id(key));
        if (found == null) {
            return null;
        }
        if (target.shardKey().isEmpty()) {
            return found.get(0);
        }
        BsonDocument filter = new BsonDocument();
        target.shardKey().forEach(field -> filter.append(field, RawDocuments.oneOf(List.of(key), field)));
        Match match = Match.parse(filter);
        return found.stream().filter(match::matches).findFirst().orElse(null);
    }
}
