package dev.onchange.engine.scan;

import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A part of a handler's changes, of which one instance at a time takes care, with a position of its own. Documents are
 * spread over {@value #SLOTS} slots, by the lowest bits of the 64-bit hash of their key, and partition p of P takes the
 * slots that are p modulo P: so p of P are exactly p and p + P of twice as many. Changes without a key are in partition 0.
 *
 * @param number from 0
 * @param count how many there are; a power of two
 */
public record Partition(String handlerId, int number, int count) {

    /** How many slots there are: more than a handler can have partitions. */
    public static final int SLOTS = 1_024;

    private static final Pattern ID = Pattern.compile("(.*)\\|(\\d+)/(\\d+)", Pattern.DOTALL);

    /** All of a handler's partitions. */
    public static List<Partition> allOf(String handlerId, int count) {
        return count == 1
                ? List.of(new Partition(handlerId, 0, 1))
                : IntStream.range(0, count)
                        .mapToObj(number -> new Partition(handlerId, number, count))
                        .toList();
    }

    /** The partition of an id; the only one if it is a handler's. */
    public static Partition of(String id) {
        Matcher partition = ID.matcher(id);
        return partition.matches()
                ? new Partition(
                        partition.group(1), Integer.parseInt(partition.group(2)), Integer.parseInt(partition.group(3)))
                : new Partition(id, 0, 1);
    }

    /** The handler of a partition's id; the same if it is a handler's. */
    public static String handlerOf(String id) {
        return id.indexOf('|') < 0 ? id : of(id).handlerId();
    }

    /** Under which its position is kept: the handler's, or like {@code stock|3/8} if there are several. */
    public String id() {
        return count == 1 ? handlerId : handlerId + "|" + number + "/" + count;
    }

    /** Whether a change belongs to it, by the hash of its key, 0 if it has none. */
    public boolean takes(long keyHash) {
        return slot(keyHash) % count == number;
    }

    /** How many of so many documents of all partitions are its own, about; those of all add up. */
    public long share(long documents) {
        return (documents + count - 1 - number) / count;
    }

    /** In which slot a key is. */
    public static int slot(long keyHash) {
        return (int) (keyHash & SLOTS - 1);
    }

    // By hand, see D69.
    @Override
    public int hashCode() {
        return Objects.hash(handlerId, number, count);
    }
}
