package dev.onchange.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bson.RawBsonDocument;

/** The changes that wait to be shown: as many as can be looked at, the latest. Safe for use by several threads. */
final class TapWindow {

    /** At a time, which is half a second. */
    private static final int SHOWN = 25;

    /** Those that are shown the next time wait too. */
    private static final int MOST_WAITING = 2 * SHOWN;

    /** Changes may have 16 MB each. */
    private static final long LARGEST_WAITING = 8_000_000;

    /** So many are read between two times; what comes beyond is left unread. */
    private static final int MOST_READ = 150;

    private static final int BATCH = 100;

    /** Of a flood no more are read than are shown until the stream is opened again, a second later. */
    private static final int MOST_READ_OF_FLOOD = 2 * SHOWN;

    /** After so many times without a change a flood is over; the stream is closed for fewer. */
    private static final int QUIET = 4;

    private static final long LARGEST_READ = 4_000_000;

    private final Deque<RawBsonDocument> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long read;
    private long readBytes;
    private long dropped;
    private boolean unread;
    private boolean flood;
    private int quiet;

    synchronized void add(RawBsonDocument change) {
        read++;
        readBytes += size(change);
        waiting.add(change);
        waitingBytes += size(change);
        while (waiting.size() > MOST_WAITING || waitingBytes > LARGEST_WAITING && waiting.size() > 1) {
            removeFirst();
            dropped++;
        }
    }

    private RawBsonDocument removeFirst() {
        RawBsonDocument first = waiting.remove();
        waitingBytes -= size(first);
        return first;
    }

    private static int size(RawBsonDocument change) {
        return change.getByteBuffer().remaining();
    }

    /** Whether enough was read until the next time that something is shown: what comes until then may stay unread. */
    synchronized boolean isFlooded() {
        boolean enough = read >= (flood ? MOST_READ_OF_FLOOD : MOST_READ) || readBytes >= LARGEST_READ;
        unread |= enough;
        flood |= enough;
        return enough;
    }

    /** How many a stream that is opened now brings at a time. */
    synchronized int batch() {
        return flood ? MOST_READ_OF_FLOOD : BATCH;
    }

    /** What is to be shown now: changes, and how many are left out before them. */
    synchronized List<Shown> shown() {
        quiet = read == 0 ? quiet + 1 : 0;
        flood &= read == 0 ? quiet < QUIET : read >= MOST_READ_OF_FLOOD;
        read = 0;
        readBytes = 0;
        List<Shown> shown = new ArrayList<>();
        if (dropped > 0 || unread) {
            shown.add(new Shown.Dropped(dropped, unread));
            dropped = 0;
            unread = false;
        }
        while (!waiting.isEmpty() && shown.size() < SHOWN) {
            shown.add(new Shown.Change(removeFirst()));
        }
        return shown;
    }

    /** A change, or a gap. */
    sealed interface Shown {

        record Change(RawBsonDocument event) implements Shown {}

        /**
         * @param changes how many are left out here
         * @param andMore whether there are more, which were not counted
         */
        record Dropped(long changes, boolean andMore) implements Shown {}
    }
}
