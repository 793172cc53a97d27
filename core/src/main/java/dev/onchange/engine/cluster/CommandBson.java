package dev.onchange.engine.cluster;

import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;

/** The documents of commands. */
final class CommandBson {

    static final String COMMAND = "command";
    static final String STATE = "state";
    static final String OWNER = "owner";
    static final String RESULT = "result";
    static final String ASKED = "asked";
    static final String BEGUN = "begun";
    static final String DONE = "done";

    private static final BsonString NOW = new BsonString("$$NOW");

    private CommandBson() {}

    static BsonDocument id(Command.Key key) {
        return new BsonDocument(COMMAND, new BsonObjectId(key.id())).append("unit", new BsonString(key.unit()));
    }

    /** One that is there already stays as it is. */
    static WriteModel<BsonDocument> ask(Command command, String by) {
        BsonDocument fields = new BsonDocument(
                        COMMAND, new BsonObjectId(command.key().id()))
                .append("kind", literal(new BsonString(command.kind())))
                .append("arguments", literal(command.arguments()))
                .append("by", literal(new BsonString(by)))
                .append(STATE, unless("$state", new BsonString(ASKED)))
                .append("asked", unless("$asked", NOW));
        return new UpdateOneModel<>(
                new BsonDocument("_id", id(command.key())), stage(fields), new UpdateOptions().upsert(true));
    }

    static List<BsonDocument> paused(boolean paused, String by) {
        return stage(new BsonDocument("paused", BsonBoolean.valueOf(paused))
                .append("by", literal(new BsonString(by)))
                .append("since", NOW));
    }

    static BsonDocument askedBefore(Duration time) {
        BsonValue end = operator("$subtract", NOW, new BsonInt64(time.toMillis()));
        return new BsonDocument("$expr", operator("$lt", new BsonString("$asked"), end));
    }

    static Command command(BsonDocument document) {
        BsonDocument id = document.getDocument("_id");
        BsonValue owner = document.get(OWNER);
        BsonValue result = document.get(RESULT);
        return new Command(
                new Command.Key(
                        id.getObjectId(COMMAND).getValue(), id.getString("unit").getValue()),
                document.getString("kind").getValue(),
                document.getDocument("arguments"),
                Command.State.valueOf(document.getString(STATE).getValue().toUpperCase(Locale.ROOT)),
                owner == null ? null : owner.asObjectId().getValue(),
                result == null ? null : result.asDocument());
    }

    private static List<BsonDocument> stage(BsonDocument fields) {
        return List.of(new BsonDocument("$set", fields));
    }

    private static BsonValue unless(String field, BsonValue otherwise) {
        return operator("$ifNull", new BsonString(field), otherwise);
    }

    /** A value that is no expression, whatever it holds. */
    private static BsonDocument literal(BsonValue value) {
        return new BsonDocument("$literal", value);
    }

    private static BsonDocument operator(String name, BsonValue... operands) {
        return new BsonDocument(name, new BsonArray(List.of(operands)));
    }
}
