package dev.onchange.engine.stream;

import dev.onchange.engine.bson.Raw;

/**
 * Remembers which fields the last event had, in their order: the next one mostly has the same, so that their names need not be
 * searched for. For one thread at a time.
 */
final class FieldLayout {

    /** An event has fewer fields. */
    private static final int MOST = 16;

    /** Type, name and its terminating zero are compared as the first and the last eight bytes of them. */
    private static final int LONGEST = 2 * Long.BYTES;

    private final long[] first = new long[MOST];
    private final long[] last = new long[MOST];
    private final long[] mask = new long[MOST];
    private final int[] header = new int[MOST];
    private final int[] roles = new int[MOST];
    private final int[] places = new int[RawChange.ROLES];

    /** Whether the field of that number has the type and name of the last event's. */
    boolean isSame(int number, byte[] bytes, int element) {
        if (number >= MOST || header[number] == 0 || element > bytes.length - LONGEST) {
            return false;
        }
        int length = header[number];
        return (Raw.int64(bytes, element) & mask[number]) == first[number]
                && (length <= Long.BYTES || Raw.int64(bytes, element + length - Long.BYTES) == last[number]);
    }

    /** How many bytes the field of that number has before its value. */
    int header(int number) {
        return header[number];
    }

    /** What {@link #remember} was passed for the field of that number. */
    int role(int number) {
        return roles[number];
    }

    /** For the places of the fields of the event that is being read, by their roles; of no use to the next one. */
    int[] places() {
        return places;
    }

    /** @param role what the field is to the reader */
    void remember(int number, byte[] bytes, int element, int value, int role) {
        int length = value - element;
        if (number >= MOST || length > LONGEST || element > bytes.length - LONGEST) {
            return;
        }
        mask[number] = length >= Long.BYTES ? -1L : (1L << length * Byte.SIZE) - 1;
        first[number] = Raw.int64(bytes, element) & mask[number];
        last[number] = length > Long.BYTES ? Raw.int64(bytes, element + length - Long.BYTES) : 0;
        header[number] = length;
        roles[number] = role;
    }
}
