package dev.onchange.engine.lookup;

import dev.onchange.engine.bson.RawBytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Consecutive changes whose documents are looked up together. */
final class LookUpBatch {

    private final List<PendingChange> changes;
    private final Map<FindTarget, Map<Object, RawBsonDocument>> keys = new LinkedHashMap<>();
    private final List<@Nullable FindTarget> targets = new ArrayList<>();
    private @Nullable BsonTimestamp newest;

    LookUpBatch(List<PendingChange> changes) {
        this.changes = List.copyOf(changes);
        FindTarget last = null;
        Map<Object, RawBsonDocument> ofLast = Map.of();
        for (PendingChange pending : changes) {
            RawBsonDocument key = pending.key();
            if (key == null) {
                targets.add(null);
            } else {
                FindTarget target = FindTarget.of(pending.change(), key);
                if (!target.equals(last)) {
                    last = target;
                    ofLast = keys.computeIfAbsent(target, any -> new LinkedHashMap<>());
                }
                targets.add(last);
                ofLast.putIfAbsent(target.shardKey().isEmpty() ? FindQuery.id(key) : key, key);
                // Changes come in the order of their times.
                newest = pending.change().clusterTime();
            }
        }
    }

    /** The same changes, in the same order. */
    Mono<List<CompletedChange>> lookUp(DocumentFinder finder, int concurrency) {
        return Flux.fromIterable(keys.entrySet())
                .flatMap(
                        entry -> finder.find(new FindQuery(
                                        entry.getKey(),
                                        List.copyOf(entry.getValue().values()),
                                        newest))
                                .map(found -> Map.entry(entry.getKey(), found)),
                        concurrency)
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(this::complete);
    }

    private List<CompletedChange> complete(Map<FindTarget, FoundDocuments> found) {
        List<CompletedChange> completed = new ArrayList<>(changes.size());
        for (int i = 0; i < changes.size(); i++) {
            PendingChange pending = changes.get(i);
            RawBsonDocument key = pending.key();
            FindTarget target = targets.get(i);
            if (key == null || target == null) {
                completed.add(CompletedChange.withoutDocument(pending));
            } else {
                RawBsonDocument document =
                        found.getOrDefault(target, FoundDocuments.NONE).documentOf(key, target);
                int size = document == null ? 0 : RawBytes.length(document);
                completed.add(new CompletedChange(pending.change(), true, document, pending.size() + size));
            }
        }
        return completed;
    }
}
