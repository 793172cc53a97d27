package dev.onchange.engine.stream;

import dev.onchange.engine.bson.ElementReader;
import dev.onchange.engine.bson.Raw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bson.io.BsonInput;
import org.jspecify.annotations.Nullable;

/**
 * The events of a reply within the copy of it that the driver makes for a command listener. Whoever has that need not copy them on
 * the thread that reads replies, on which the server's next one waits.
 */
final class ReplyEvents {

    /** So many bytes of an event hold its token, which no other event has. */
    private static final int WITH_TOKEN = 256;

    private final byte[] reply;
    private final int[] places;

    private ReplyEvents(byte[] reply, int[] places) {
        this.reply = reply;
        this.places = places;
    }

    /**
     * @param array where the array of the events begins
     * @return null if it holds none
     */
    static @Nullable ReplyEvents of(byte[] reply, int array) {
        int[] places = new int[16];
        int count = 0;
        ElementReader elements = new ElementReader(reply, array);
        while (elements.next()) {
            places = count == places.length ? Arrays.copyOf(places, 2 * count) : places;
            places[count++] = elements.valueAt();
        }
        return count == 0 ? null : new ReplyEvents(reply, Arrays.copyOf(places, count));
    }

    int size() {
        return places.length;
    }

    /** How many bytes the events take. */
    long bytes() {
        return Arrays.stream(places).mapToLong(place -> Raw.int32(reply, place)).sum();
    }

    /** Where the last event begins, the first one's beginning being 0. */
    int lastAt() {
        return places[places.length - 1] - places[0];
    }

    /** Whether the input is at the first of these events; reads some of it. */
    boolean areAt(BsonInput input) {
        int first = places[0];
        int size = Raw.int32(reply, first);
        if (input.readInt32() != size) {
            return false;
        }
        byte[] beginning = new byte[Math.min(size, WITH_TOKEN) - Integer.BYTES];
        input.readBytes(beginning);
        int from = first + Integer.BYTES;
        return Arrays.equals(reply, from, from + beginning.length, beginning, 0, beginning.length);
    }

    /** Each in an array of its own, so that none holds on to the others. */
    List<byte[]> copies() {
        List<byte[]> copies = new ArrayList<>(places.length);
        for (int place : places) {
            copies.add(Arrays.copyOfRange(reply, place, place + Raw.int32(reply, place)));
        }
        return copies;
    }
}
