package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import java.time.Instant;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;

/**
 * The server's present time.
 *
 * @param time later writes have a later one
 * @param clock the server's clock, in seconds: without writes it is ahead of the time
 * @param router whether it is the time of a sharded cluster's router, which knows its shards' time some seconds late
 */
record ServerTime(BsonTimestamp time, long clock, boolean router) {

    /** Servers without writes move their time on each ten seconds, and clocks of clients differ. */
    private static final long TOLERATED_SECONDS = 10;

    /** @param hello the reply to that command */
    static ServerTime of(BsonDocument hello) {
        BsonTimestamp time = hello.containsKey("operationTime")
                ? hello.getTimestamp("operationTime")
                : hello.getDocument("$clusterTime").getTimestamp("clusterTime");
        long clock = hello.getDateTime("localTime", new BsonDateTime(0)).getValue();
        boolean router = hello.getString("msg", new BsonString("")).getValue().equals("isdbgrid");
        return new ServerTime(time, Instant.ofEpochMilli(clock).getEpochSecond(), router);
    }

    /**
     * Whether no change of this deployment can have that position; a position without a token may have been made from a
     * clock.
     */
    boolean isBefore(Position position) {
        if (position.token() != null && !router) {
            return position.clusterTime().compareTo(time) > 0;
        }
        long latest = Math.max(seconds(time), clock);
        return seconds(position.clusterTime()) > latest + TOLERATED_SECONDS;
    }

    private static long seconds(BsonTimestamp time) {
        return Integer.toUnsignedLong(time.getTime());
    }
}
