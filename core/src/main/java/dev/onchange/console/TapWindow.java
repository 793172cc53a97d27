package dev.onchange.console;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * The changes that wait to be shown: of those that were there when the tap was opened the last 500, of those that come later as
 * many as can be looked at. Safe for use by several threads.
 */
final class TapWindow {

    private static final int FIRST = 500;

    /** In half a second. */
    private static final int LATER = 25;

    /** So many in half a second are read; what comes beyond is left unread. */
    private static final int MOST_READ = 150;

    /** So long the past is read before what there is of it is shown. */
    private static final int PATIENT_TICKS = 20;

    private final long openedAt;
    private final Deque<RawBsonDocument> waiting = new ArrayDeque<>();
    private long received;
    private long receivedAtLastTick;
    private long dropped;
    private boolean unread;
    private int ticks;
    private boolean behind = true;
    private boolean begun;

    TapWindow(Instant opened) {
        this.openedAt = opened.getEpochSecond();
    }

    /** What was read is not shown: reading begins anew, at a later time. */
    synchronized void clear() {
        received = 0;
        receivedAtLastTick = 0;
        waiting.clear();
    }

    synchronized void add(RawBsonDocument change) {
        received++;
        waiting.add(change);
        if (behind && time(change) >= openedAt) {
            behind = false;
            receivedAtLastTick = received - 1;
        }
        if (waiting.size() > FIRST) {
            waiting.remove();
            dropped++;
        }
    }

    private static long time(RawBsonDocument change) {
        BsonValue time = change.get("clusterTime");
        return time instanceof BsonTimestamp timestamp ? Integer.toUnsignedLong(timestamp.getTime()) : 0;
    }

    /** Whether changes have come that were made since the tap was opened. */
    synchronized boolean isCurrent() {
        return !behind;
    }

    /** Whether a stream that has begun in the past has brought enough: it is there still after so many, or too many come now. */
    synchronized boolean isEnough(int changes) {
        return behind ? received > changes : isFlooded();
    }

    /** Whether enough was read until the next time that something is shown: what comes until then may stay unread. */
    synchronized boolean isFlooded() {
        boolean enough = received - receivedAtLastTick >= MOST_READ;
        unread |= enough;
        return enough;
    }

    synchronized boolean isEmpty() {
        return received == 0;
    }

    /** What is to be shown now: changes, and how many are left out before them. */
    synchronized List<Shown> shown() {
        ticks++;
        boolean quiet = received == receivedAtLastTick;
        receivedAtLastTick = received;
        if (begun) {
            return drained(LATER);
        }
        if (behind && !(quiet && received > 0) && ticks < PATIENT_TICKS || received == 0) {
            return List.of();
        }
        begun = true;
        dropped = 0;
        return drained(FIRST);
    }

    private List<Shown> drained(int most) {
        List<Shown> shown = new ArrayList<>();
        while (waiting.size() > most) {
            waiting.remove();
            dropped++;
        }
        if (dropped > 0 || unread) {
            shown.add(new Shown.Dropped(dropped, unread));
            dropped = 0;
            unread = false;
        }
        waiting.forEach(change -> shown.add(new Shown.Change(change)));
        waiting.clear();
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
