package dev.onchange.engine.plan;

import dev.onchange.engine.scan.WatchedScope;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * Events that handlers of one stream want: some operations at one place.
 *
 * @param place the collection, database or deployment of the events
 * @param operations sorted; empty for all
 * @param filters of which one at least has to hold; empty if nothing has
 */
record WantedEvents(WatchedScope place, Set<String> operations, List<BsonDocument> filters) {

    WantedEvents {
        operations = new TreeSet<>(operations);
        filters = List.copyOf(filters);
    }

    /** The same events without the filters. */
    WantedEvents unfiltered() {
        return new WantedEvents(place, operations, List.of());
    }

    int cost() {
        return filters.stream().mapToInt(FilterCost::of).sum();
    }

    /** How much has to be sent. */
    long bytes() {
        return filters.stream()
                .mapToLong(filter -> new RawBsonDocument(filter, new BsonDocumentCodec())
                        .getByteBuffer()
                        .remaining())
                .sum();
    }

    /** Whether every event of the other is one of this. */
    boolean covers(WantedEvents other) {
        return filters.isEmpty()
                && ScopeCover.covers(place, other.place)
                && (operations.isEmpty() || (!other.operations.isEmpty() && operations.containsAll(other.operations)));
    }
}
