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

/** Some changes in a row, looked up together. */
final class LookUpBatch {

    private final List<PendingChange> arrivals;
    private final Map<FindTarget, Map<Object, RawBsonDocument>> keys = new LinkedHashMap<>();
    private final List<@Nullable FindTarget> targets = new ArrayList<>();
    private @Nullable BsonTimestamp newest;

    LookUpBatch(List<PendingChange> arrivals) {
        this.arrivals = List.copyOf(arrivals);
        for (PendingChange pending : arrivals) {
            RawBsonDocument key = pending.key();
            if (key == null) {
                targets.add(null);
            } else {
                FindTarget target = FindTarget.of(pending.change(), key);
                targets.add(target);
                Object same = target.shardKey().isEmpty() ? FindQuery.id(key) : key;
                keys.computeIfAbsent(target, any -> new LinkedHashMap<>()).putIfAbsent(same, key);
                // They come in the order of time.
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
                                .map(foundDocuments -> Map.entry(entry.getKey(), foundDocuments)),
                        concurrency)
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(this::departures);
    }

    private List<CompletedChange> departures(Map<FindTarget, FoundDocuments> foundDocuments) {
        List<CompletedChange> departures = new ArrayList<>(arrivals.size());
        for (int i = 0; i < arrivals.size(); i++) {
            PendingChange pending = arrivals.get(i);
            RawBsonDocument key = pending.key();
            FindTarget target = targets.get(i);
            if (key == null || target == null) {
                departures.add(CompletedChange.plain(pending));
            } else {
                RawBsonDocument document =
                        foundDocuments.getOrDefault(target, FoundDocuments.NONE).to(key, target);
                int size = document == null ? 0 : RawBytes.length(document);
                departures.add(new CompletedChange(pending.change(), true, document, pending.size() + size));
            }
        }
        return departures;
    }
}
