package dev.onchange.engine.stream;

import dev.onchange.engine.bson.ElementReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts events together again that {@code $changeStreamSplitLargeEvent} has split: each fragment has some of the
 * top-level fields, an {@code _id} of its own and {@code splitEvent: {fragment, of}}. The whole event gets the last
 * fragment's {@code _id}, with which the server goes on after the event.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/reference/operator/aggregation/changeStreamSplitLargeEvent/">The
 *     stage, in the server's manual</a>
 */
final class Fragments {

    private static final byte[] ID = ascii("_id");
    private static final byte[] SPLIT_EVENT = ascii("splitEvent");
    private static final byte[] FRAGMENT = ascii("fragment");
    private static final byte[] OF = ascii("of");

    private final List<byte[]> parts = new ArrayList<>();
    private int count = 1;

    /** How many documents the event that is whole now came in. */
    int count() {
        return count;
    }

    /** The event that is whole now; null if more fragments belong to it. */
    byte @Nullable [] whole(byte[] bytes) {
        ElementReader fields = new ElementReader(bytes, 0);
        if (!fields.find(SPLIT_EVENT, ElementReader.DOCUMENT)) {
            count = 1;
            return bytes;
        }
        int split = fields.valueAt();
        int fragment = number(bytes, split, FRAGMENT);
        if (fragment != parts.size() + 1) {
            throw new IllegalStateException(
                    "Fragment %d of a split event came after %d others".formatted(fragment, parts.size()));
        }
        parts.add(bytes);
        count = parts.size();
        return fragment < number(bytes, split, OF) ? null : join();
    }

    private static int number(byte[] bytes, int at, byte[] name) {
        ElementReader fields = new ElementReader(bytes, at);
        return fields.find(name, ElementReader.INT32) ? ElementReader.int32(bytes, fields.valueAt()) : 0;
    }

    private byte[] join() {
        int room = parts.stream().mapToInt(part -> part.length).sum();
        ByteBuffer joined =
                ByteBuffer.allocate(room).order(ByteOrder.LITTLE_ENDIAN).position(4);
        copy(parts.get(parts.size() - 1), true, joined);
        parts.forEach(part -> copy(part, false, joined));
        joined.put((byte) 0);
        int length = joined.position();
        joined.putInt(0, length);
        parts.clear();
        return Arrays.copyOf(joined.array(), length);
    }

    /** @param id whether the {@code _id} is wanted, or all that is neither it nor about the splitting */
    private static void copy(byte[] bytes, boolean id, ByteBuffer to) {
        ElementReader fields = new ElementReader(bytes, 0);
        while (fields.next()) {
            boolean wanted = fields.named(ID) ? id : !id && !fields.named(SPLIT_EVENT);
            if (wanted) {
                to.put(bytes, fields.start(), fields.end() - fields.start());
            }
        }
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
