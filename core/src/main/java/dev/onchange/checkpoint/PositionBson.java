package dev.onchange.checkpoint;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** A position as fields of a document. */
final class PositionBson {

    static final String TOKEN = "token";
    static final String CLUSTER_TIME = "clusterTime";
    static final String FINGERPRINT = "fingerprint";
    static final String SNAPSHOT = "snapshot";
    static final String UPDATED_AT = "updatedAt";

    private PositionBson() {}

    /**
     * The position in a document; null if it holds none.
     *
     * @throws OnChangeException if it holds something else in its fields
     */
    static @Nullable Position read(BsonDocument document, String collection) {
        BsonValue time = document.get(CLUSTER_TIME);
        if (time == null) {
            return null;
        }
        BsonValue token = document.getOrDefault(TOKEN, BsonNull.VALUE);
        BsonValue fingerprint = document.get(FINGERPRINT);
        if (!(time instanceof BsonTimestamp clusterTime) || !(token.isDocument() || token.isNull())) {
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.POSITION_UNREADABLE,
                    collection + " " + document.get("_id"),
                    "'" + CLUSTER_TIME + "' must be a timestamp and '" + TOKEN + "' a resume token or null, but found "
                            + time + " and " + token + ".",
                    "Correct the document, or delete it to let the handler begin anew.")));
        }
        return new Position(
                token.isNull() ? null : token.asDocument(),
                clusterTime,
                fingerprint != null && fingerprint.isString()
                        ? fingerprint.asString().getValue()
                        : "",
                document.get(SNAPSHOT) instanceof BsonDocument snapshot ? snapshot : null);
    }

    /** Sets the position's fields. */
    static Bson set(Position position) {
        return Updates.combine(
                Updates.set(TOKEN, position.token() == null ? BsonNull.VALUE : position.token()),
                Updates.set(CLUSTER_TIME, position.clusterTime()),
                Updates.set(FINGERPRINT, position.fingerprint()),
                position.snapshot() == null ? Updates.unset(SNAPSHOT) : Updates.set(SNAPSHOT, position.snapshot()),
                Updates.currentDate(UPDATED_AT));
    }

    /** Matches the document of a handler if it holds a position of its own. */
    static Bson present(String handler) {
        return Filters.and(Filters.eq(handler), Filters.exists(CLUSTER_TIME));
    }

    /** Removes the position, and lets nobody write it who has not claimed the handler after that. */
    static Bson removed() {
        return Updates.combine(
                Updates.unset(TOKEN),
                Updates.unset(CLUSTER_TIME),
                Updates.unset(FINGERPRINT),
                Updates.unset(SNAPSHOT),
                Updates.unset("follows"),
                Updates.inc("term", 1L),
                Updates.currentDate(UPDATED_AT));
    }

    /** Matches documents without a position, and those whose position is not later than the given one. */
    static Bson notLaterThan(Position position) {
        BsonDocument token = position.token();
        Bson sameTime = Filters.eq(CLUSTER_TIME, position.clusterTime());
        Bson notLaterAtThatTime;
        if (token == null) {
            notLaterAtThatTime = sameTime;
        } else {
            BsonValue data = token.get("_data");
            notLaterAtThatTime = Filters.and(
                    sameTime,
                    data != null && data.isString() ? Filters.lte(TOKEN + "._data", data) : Filters.eq(TOKEN, token));
        }
        return Filters.or(
                Filters.exists(CLUSTER_TIME, false),
                Filters.lt(CLUSTER_TIME, position.clusterTime()),
                notLaterAtThatTime);
    }
}
