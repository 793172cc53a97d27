package dev.onchange.engine.cluster;

import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of one unit is asked to do by another instance.
 *
 * @param key which command, and of which unit
 * @param kind what is to be done
 * @param arguments how
 * @param state how far it has come
 * @param owner who has begun it last; null if nobody has
 * @param result what came of it; null before it is done
 */
public record Command(
        Key key,
        String kind,
        BsonDocument arguments,
        State state,
        @Nullable ObjectId owner,
        @Nullable BsonDocument result) {

    /**
     * One command has a key for each unit that it concerns.
     *
     * @param id of the command
     * @param unit whose owner is asked
     */
    public record Key(ObjectId id, String unit) {}

    /** How far a command has come. */
    public enum State {
        /** Nobody has begun it; it can be withdrawn. */
        ASKED,
        /** An owner has begun it; if that dies, the next one begins it again. */
        BEGUN,
        /** It has a result. */
        DONE
    }

    /** One that was not begun. */
    public static Command asked(ObjectId id, String unit, String kind, BsonDocument arguments) {
        return new Command(new Key(id, unit), kind, arguments, State.ASKED, null, null);
    }
}
