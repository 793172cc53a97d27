package dev.onchange.lookup;

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
final class Batch {

    private final List<Arrival> arrivals;
    private final Map<Target, Map<Object, RawBsonDocument>> keys = new LinkedHashMap<>();
    private final List<@Nullable Target> targets = new ArrayList<>();
    private @Nullable BsonTimestamp newest;

    Batch(List<Arrival> arrivals) {
        this.arrivals = List.copyOf(arrivals);
        for (Arrival arrival : arrivals) {
            RawBsonDocument key = arrival.key();
            if (key == null) {
                targets.add(null);
            } else {
                Target target = Target.of(arrival.change(), key);
                targets.add(target);
                Object same = target.shardKey().isEmpty() ? Query.id(key) : key;
                keys.computeIfAbsent(target, any -> new LinkedHashMap<>()).putIfAbsent(same, key);
                // They come in the order of time.
                newest = arrival.change().clusterTime();
            }
        }
    }

    /** The same changes, in the same order. */
    Mono<List<Departure>> lookUp(Finder finder, int concurrency) {
        return Flux.fromIterable(keys.entrySet())
                .flatMap(
                        entry -> finder.find(new Query(
                                        entry.getKey(),
                                        List.copyOf(entry.getValue().values()),
                                        newest))
                                .map(answers -> Map.entry(entry.getKey(), answers)),
                        concurrency)
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(this::departures);
    }

    private List<Departure> departures(Map<Target, Answers> answers) {
        List<Departure> departures = new ArrayList<>(arrivals.size());
        for (int i = 0; i < arrivals.size(); i++) {
            Arrival arrival = arrivals.get(i);
            RawBsonDocument key = arrival.key();
            Target target = targets.get(i);
            if (key == null || target == null) {
                departures.add(Departure.plain(arrival));
            } else {
                RawBsonDocument document =
                        answers.getOrDefault(target, Answers.NONE).to(key, target);
                int size = document == null ? 0 : document.getByteLength();
                departures.add(new Departure(arrival.change(), true, document, arrival.size() + size));
            }
        }
        return departures;
    }
}
