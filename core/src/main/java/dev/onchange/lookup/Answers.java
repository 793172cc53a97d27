package dev.onchange.lookup;

import dev.onchange.engine.match.Match;
import dev.onchange.engine.match.bson.DocumentId;
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
record Answers(Map<DocumentId, List<RawBsonDocument>> byId) {

    static final Answers NONE = new Answers(Map.of());

    static Answers of(List<RawBsonDocument> documents) {
        Map<DocumentId, List<RawBsonDocument>> byId = new HashMap<>(2 * documents.size());
        documents.forEach(document -> byId.merge(Query.id(document), List.of(document), Answers::both));
        return new Answers(byId);
    }

    private static List<RawBsonDocument> both(List<RawBsonDocument> some, List<RawBsonDocument> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    Answers and(Answers others) {
        Map<DocumentId, List<RawBsonDocument>> all = new HashMap<>(byId);
        others.byId.forEach((id, documents) -> all.merge(id, documents, Answers::both));
        return new Answers(all);
    }

    /** Null if there is no such document. */
    @Nullable
    RawBsonDocument to(RawBsonDocument key, Target target) {
        List<RawBsonDocument> found = byId.get(Query.id(key));
        if (found == null) {
            return null;
        }
        if (target.shardKey().isEmpty()) {
            return found.get(0);
        }
        BsonDocument filter = new BsonDocument();
        target.shardKey().forEach(field -> filter.append(field, new BsonDocument("$eq", key.get(field))));
        Match match = Match.parse(filter);
        return found.stream().filter(match::matches).findFirst().orElse(null);
    }
}
