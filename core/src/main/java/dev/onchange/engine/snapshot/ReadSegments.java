package dev.onchange.engine.snapshot;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** The times at which documents were read, by their keys, from the first key up to a frontier. */
final class ReadSegments<K extends Comparable<K>> {

    private final List<ReadSegment<K>> segments;

    ReadSegments(List<ReadSegment<K>> segments) {
        this.segments = new ArrayList<>(segments);
    }

    /** Documents that follow those read so far. */
    void add(ReadSegment<K> next) {
        int last = segments.size() - 1;
        if (last >= 0 && segments.get(last).time().equals(next.time())) {
            segments.set(last, next);
        } else {
            segments.add(next);
        }
    }

    /** When documents of that key were read; null if they were not. */
    @Nullable
    BsonTimestamp timeOf(K key) {
        int low = 0;
        int high = segments.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (covers(segments.get(middle), key)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low < segments.size() ? segments.get(low).time() : null;
    }

    private boolean covers(ReadSegment<K> segment, K key) {
        K to = segment.to();
        return to == null || key.compareTo(to) <= 0;
    }

    /** Segments that the handler's changes have passed need not be told apart any more. */
    void merge(BsonTimestamp passed) {
        List<ReadSegment<K>> merged = new ArrayList<>();
        for (ReadSegment<K> segment : segments) {
            int last = merged.size() - 1;
            boolean both = last >= 0 && isBefore(merged.get(last).time(), passed) && isBefore(segment.time(), passed);
            if (both) {
                BsonTimestamp before = merged.get(last).time();
                merged.set(last, new ReadSegment<>(segment.to(), later(before, segment.time())));
            } else {
                merged.add(segment);
            }
        }
        segments.clear();
        segments.addAll(merged);
    }

    private static boolean isBefore(BsonTimestamp time, BsonTimestamp other) {
        return time.compareTo(other) < 0;
    }

    static BsonTimestamp later(BsonTimestamp one, BsonTimestamp other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** Those up to a key, or all of them if it is null. */
    List<ReadSegment<K>> upTo(@Nullable K key) {
        if (key == null) {
            return List.copyOf(segments);
        }
        List<ReadSegment<K>> some = new ArrayList<>();
        for (ReadSegment<K> segment : segments) {
            if (covers(segment, key)) {
                some.add(new ReadSegment<>(key, segment.time()));
                return some;
            }
            some.add(segment);
        }
        return some;
    }

    int size() {
        return segments.size();
    }

    @Nullable
    ReadSegment<K> last() {
        return segments.isEmpty() ? null : segments.get(segments.size() - 1);
    }

    /** Whether all were read at that time or before. */
    boolean areUpTo(BsonTimestamp time) {
        return segments.stream().allMatch(segment -> segment.time().compareTo(time) <= 0);
    }

    /** Whether all were read before that time. */
    boolean areBefore(BsonTimestamp time) {
        return segments.stream().allMatch(segment -> isBefore(segment.time(), time));
    }
}
