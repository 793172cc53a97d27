package dev.onchange.engine.match;

import dev.onchange.engine.bson.Hash;
import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.syntax.Element;
import java.util.Arrays;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * The keys under which an index finds what an event holds at one path: of the value, and of an array's elements. Values
 * that the server takes for equal have one key, whatever their numeric types; values that differ may share one, so the
 * filter of a handler that is found must still be tested. Not safe for use by several threads: it keeps the keys of the
 * last event.
 */
public final class EventKeys {

    private final Path path;
    private final ValueTest collect = this::add;
    private long[] keys = new long[8];
    private int size;

    /** Reads events at a dotted path. */
    public EventKeys(String path) {
        this.path = new Path(path);
    }

    /** The key of a constant. */
    public static long key(BsonValue value) {
        byte[] document = RawBytes.array(Filters.copy(new BsonDocument("", value)));
        Element element = Element.root(document).elements().get(0);
        return Hash.of(element.bytes(), element.type(), element.at());
    }

    /** Reads the keys of an event; returns how many there are. Allocates nothing, large arrays aside. */
    public int read(RawBsonDocument event) {
        size = 0;
        path.any(RawBytes.array(event), RawBytes.offset(event), collect, true);
        return size;
    }

    /** One of the keys of the event read last. */
    public long get(int index) {
        return keys[index];
    }

    private boolean add(byte[] bytes, int type, int at) {
        if (!Types.isNullish(type)) {
            if (size == keys.length) {
                keys = Arrays.copyOf(keys, 2 * size);
            }
            keys[size++] = Hash.of(bytes, type, at);
        }
        return false;
    }
}
