package dev.onchange.engine.match;

import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.bson.Types;
import java.util.Arrays;
import org.bson.RawBsonDocument;

/**
 * What an event holds at one path, as an index of ranges reads it: the value, and an array's elements; nothing that a comparison
 * takes for null. Not safe for use by several threads: it keeps the values of the last event, until that is no longer used.
 */
public final class EventValues {

    private final Path path;
    private final ValueTest collect = this::add;
    private byte[] bytes = new byte[0];
    private int document;
    private int[] types = new int[8];
    private int[] places = new int[8];
    private int size;

    /** Reads events at a dotted path. */
    public EventValues(String path) {
        this.path = new Path(path);
    }

    /** Reads an event; returns how many values there are. Allocates nothing, large arrays aside. */
    public int read(RawBsonDocument event) {
        size = 0;
        bytes = RawBytes.array(event);
        document = RawBytes.offset(event);
        path.any(bytes, document, collect, true);
        return size;
    }

    /** Whether the path enters an array: then an expression compares that, and not what it contains. */
    public boolean entersArray() {
        return path.entersArray(bytes, document);
    }

    /** What the values lie in. */
    public byte[] bytes() {
        return bytes;
    }

    /** The type of one of the values. */
    public int type(int index) {
        return types[index];
    }

    /** Where one of the values lies. */
    public int place(int index) {
        return places[index];
    }

    private boolean add(byte[] in, int type, int at) {
        if (!Types.isNullish(type)) {
            if (size == types.length) {
                types = Arrays.copyOf(types, 2 * size);
                places = Arrays.copyOf(places, 2 * size);
            }
            types[size] = type;
            places[size++] = at;
        }
        return false;
    }
}
