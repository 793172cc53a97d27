package dev.onchange.engine.match;

import java.util.List;
import org.bson.BsonValue;

/**
 * What every event that a filter matches has in common: at a path it holds a value equal to one of these, or an array with such an
 * element. Any number of handlers with an equality at one path are found by the keys of the event at that path.
 *
 * @param path a dotted path, for example {@code fullDocument.sku}
 * @param values at least one; neither null nor undefined
 */
public record Equality(String path, List<BsonValue> values) {

    public Equality {
        values = List.copyOf(values);
    }

    /** The key of each value, as {@link EventKeys} finds it in an event. */
    public long[] keys() {
        return values.stream().mapToLong(EventKeys::key).toArray();
    }
}
