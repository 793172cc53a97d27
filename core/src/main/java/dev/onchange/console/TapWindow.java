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

    /** So long the past is read before what there is of it is shown. */
    private static final int PATIENT_TICKS = 20;

    private final long openedAt;
    private final Deque<RawBsonDocument> waiting = new ArrayDeque<>();
    private long received;
    private long receivedAtLastTick;
    private long dropped;
    private int ticks;
    private boolean behind = true;
    private boolean begun;

    TapWindow(Instant opened) {
        this.openedAt = opened.getEpochSecond();
    }

    synchronized void add(RawBsonDocument change) {
        received++;
        waiting.add(change);
        if (behind && time(change) >= openedAt) {
            behind = false;
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

    /** Whether so many changes were read, and the stream is still in the past. */
    synchronized boolean isBehindAfter(int changes) {
        return behind && received > changes;
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
        if (dropped > 0) {
            shown.add(new Shown.Dropped(dropped));
            dropped = 0;
        }
        waiting.forEach(change -> shown.add(new Shown.Change(change)));
        waiting.clear();
        return shown;
    }

    /** A change, or a gap. */
    sealed interface Shown {

        record Change(RawBsonDocument event) implements Shown {}

        /** @param changes how many are left out here */
        record Dropped(long changes) implements Shown {}
    }
}
