package dev.onchange.engine.cluster;

import java.time.Duration;
import java.time.Instant;
import org.bson.types.ObjectId;

/**
 * A member as it was read.
 *
 * @param id of this incarnation: a process that joins again is another member
 * @param info what it says of itself
 * @param state whether it takes part
 * @param beat how often it has beaten
 * @param left until its lease is over, at the time of reading; negative if it is over
 * @param joined by the server's clock
 * @param streams how many it held open when it beat last
 */
public record Member(ObjectId id, MemberInfo info, State state, long beat, Duration left, Instant joined, int streams) {

    /** Whether a member takes part. */
    public enum State {
        ALIVE,
        /** Owns what it has not given away, and is given nothing more. */
        LEAVING,
        /** Missed for good: it owns nothing. */
        DEAD,
        /** Dead by its own will: it has given everything away. */
        ENDED
    }

    /** Whether it owns nothing, and never will again. */
    public boolean isDead() {
        return state == State.DEAD || state == State.ENDED;
    }

    boolean isAlive() {
        return state == State.ALIVE;
    }

    /** In the order in which they joined. */
    static int compareByJoining(Member one, Member other) {
        int byTime = one.joined.compareTo(other.joined);
        return byTime == 0 ? one.id.compareTo(other.id) : byTime;
    }
}
