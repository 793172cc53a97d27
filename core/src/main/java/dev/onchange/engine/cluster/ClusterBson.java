package dev.onchange.engine.cluster;

import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** The documents of the cluster and the updates of them. */
final class ClusterBson {

    static final String DEAD = "dead";
    static final String LEAVING = "leaving";

    /** That a dead one was not missed, but has ended by itself. */
    private static final String ENDED = "ended";

    private static final String DECLARED_AT = "at";

    private static final String NOW = "$$NOW";
    private static final Duration VERY_LONG = Duration.ofDays(10_000);

    private ClusterBson() {}

    static List<BsonDocument> declare(MemberDeclaration declaration) {
        BsonArray units = new BsonArray();
        declaration
                .units()
                .forEach((id, unit) -> units.add(new BsonDocument("id", text(id))
                        .append("handler", text(unit.handler()))
                        .append("version", text(unit.version()))
                        .append("scope", text(unit.scope()))));
        return stage(new BsonDocument("units", ifNull("$units", new BsonDocument("$literal", units)))
                .append(DECLARED_AT, text(NOW)));
    }

    static MemberDeclaration declaration(BsonDocument document) {
        Map<String, MemberDeclaration.Declared> units = new HashMap<>();
        document.getArray("units").forEach(value -> {
            BsonDocument unit = value.asDocument();
            units.put(
                    unit.getString("id").getValue(),
                    new MemberDeclaration.Declared(
                            unit.getString("handler").getValue(),
                            unit.getString("version").getValue(),
                            unit.getString("scope").getValue()));
        });
        return new MemberDeclaration(document.getString("_id").getValue(), units);
    }

    static List<BsonDocument> join(MemberInfo info, Duration lease) {
        BsonDocument process = new BsonDocument(
                        "machine", literal(info.process().machine()))
                .append("pid", new BsonInt64(info.process().pid()))
                .append("begun", literal(info.process().begun()));
        return stage(new BsonDocument("name", literal(info.name()))
                .append("host", literal(info.host()))
                .append("process", process)
                .append("mode", text(info.mode().name().toLowerCase(Locale.ROOT)))
                .append("declared", literal(info.declared()))
                .append("joined", ifNull("$joined", text(NOW)))
                .append("state", ifNull("$state", text("alive")))
                .append("beat", operator("$add", ifNull("$beat", new BsonInt64(0)), new BsonInt64(1)))
                .append("until", nowPlus(lease)));
    }

    static List<BsonDocument> beat(Duration lease, String declared, int streams) {
        return stage(new BsonDocument("beat", operator("$add", text("$beat"), new BsonInt64(1)))
                .append("until", nowPlus(lease))
                .append("declared", literal(declared))
                .append("streams", new BsonInt32(streams)));
    }

    static List<BsonDocument> set(String field, String value) {
        return stage(new BsonDocument(field, literal(value)));
    }

    static List<BsonDocument> end() {
        return stage(new BsonDocument("state", text(DEAD)).append(ENDED, BsonBoolean.TRUE));
    }

    static BsonDocument membersWithTime() {
        return new BsonDocument(
                "$addFields", new BsonDocument("left", operator("$subtract", text("$until"), text(NOW))));
    }

    static BsonDocument leaseOverFor(Duration time) {
        return isBefore("$until", time);
    }

    static BsonDocument declaredBefore(Duration time) {
        return isBefore("$" + DECLARED_AT, time);
    }

    private static BsonDocument isBefore(String field, Duration time) {
        BsonValue end = operator("$subtract", text(NOW), new BsonInt64(time.toMillis()));
        return new BsonDocument("$expr", operator("$lt", text(field), end));
    }

    static Member member(BsonDocument document) {
        BsonDocument process = document.getDocument("process");
        MemberInfo info = new MemberInfo(
                document.getString("name").getValue(),
                document.getString("host").getValue(),
                new ProcessId(
                        process.getString("machine").getValue(),
                        process.getInt64("pid").getValue(),
                        process.getString("begun").getValue()),
                MemberInfo.Mode.valueOf(document.getString("mode").getValue().toUpperCase(Locale.ROOT)),
                document.getString("declared").getValue());
        return new Member(
                document.getObjectId("_id").getValue(),
                info,
                document.containsKey(ENDED)
                        ? Member.State.ENDED
                        : Member.State.valueOf(
                                document.getString("state").getValue().toUpperCase(Locale.ROOT)),
                document.getNumber("beat").longValue(),
                Duration.ofMillis(document.getNumber("left").longValue()),
                Instant.ofEpochMilli(document.getDateTime("joined").getValue()),
                document.getInt32("streams", new BsonInt32(0)).getValue());
    }

    /** In one stage, so that each part sees the document as it was. */
    static List<BsonDocument> lead(ObjectId id, Duration lease, Collection<ObjectId> dead) {
        BsonObjectId me = new BsonObjectId(id);
        BsonArray over = new BsonArray();
        dead.forEach(one -> over.add(new BsonObjectId(one)));
        BsonValue isMine = operator("$eq", text("$owner"), me);
        BsonValue isFree = operator(
                "$or",
                isMine,
                operator("$lt", ifNull("$until", new BsonDateTime(0)), text(NOW)),
                operator("$in", text("$owner"), over));
        BsonValue present = ifNull("$revision", new BsonInt64(0));
        BsonValue next = operator("$add", present, new BsonInt64(1));
        BsonValue comes = operator("$and", isFree, operator("$not", isMine));
        return stage(new BsonDocument("owner", condition(isFree, me, text("$owner")))
                .append("until", condition(isFree, nowPlus(lease), text("$until")))
                .append("revision", condition(comes, next, present)));
    }

    static Leadership leadership(BsonDocument document) {
        return new Leadership(document.getObjectId("owner").getValue(), revision(document));
    }

    static long revision(BsonDocument leadership) {
        return leadership.getNumber("revision").longValue();
    }

    static List<BsonDocument> resign() {
        return stage(new BsonDocument("until", new BsonDateTime(0)));
    }

    static List<BsonDocument> changed() {
        return stage(new BsonDocument(
                "revision", operator("$add", ifNull("$revision", new BsonInt64(0)), new BsonInt64(1))));
    }

    static BsonDocument unitsWithTime() {
        return new BsonDocument(
                "$addFields", new BsonDocument("rested", operator("$subtract", text(NOW), text("$moved"))));
    }

    static Unit unit(BsonDocument document) {
        BsonValue next = document.get("next");
        BsonValue rested = document.get("rested");
        return new Unit(
                document.getString("_id").getValue(),
                document.getObjectId("owner").getValue(),
                document.getNumber("term").longValue(),
                next != null && next.isObjectId() ? next.asObjectId().getValue() : null,
                document.getBoolean("ready").getValue(),
                rested != null && rested.isNumber()
                        ? Duration.ofMillis(rested.asNumber().longValue())
                        : VERY_LONG);
    }

    static WriteModel<BsonDocument> write(UnitWrite write) {
        BsonDocument id = new BsonDocument("_id", text(write.unit()));
        if (write instanceof UnitWrite.Create create) {
            BsonDocument unit = new BsonDocument("owner", ifNull("$owner", new BsonObjectId(create.owner())))
                    .append("term", ifNull("$term", firstTerm()))
                    .append("next", ifNull("$next", BsonNull.VALUE))
                    .append("ready", ifNull("$ready", BsonBoolean.FALSE));
            return new UpdateOneModel<>(id, stage(unit), new UpdateOptions().upsert(true));
        }
        if (write instanceof UnitWrite.Transfer transfer) {
            BsonDocument then = new BsonDocument("owner", new BsonObjectId(transfer.to()))
                    .append("term", new BsonInt64(transfer.term() + 1))
                    .append("next", BsonNull.VALUE)
                    .append("ready", BsonBoolean.FALSE);
            if (transfer.move()) {
                then.append("moved", text(NOW));
            }
            return new UpdateOneModel<>(expected(id, transfer.from(), transfer.term()), stage(then));
        }
        if (write instanceof UnitWrite.Propose propose) {
            return new UpdateOneModel<>(
                    expected(id, propose.owner(), propose.term()),
                    stage(new BsonDocument("next", orNull(propose.next()))));
        }
        UnitWrite.Ready ready = (UnitWrite.Ready) write;
        return new UpdateOneModel<>(
                expected(id, ready.owner(), ready.term()), stage(new BsonDocument("ready", BsonBoolean.TRUE)));
    }

    /**
     * The server's time in seconds: later than any term that was counted before, by the user's own means, or in a collection
     * that was dropped. It grows by one at each change of the owner, which is more rarely than once a second.
     */
    private static BsonValue firstTerm() {
        BsonValue seconds = operator("$divide", operator("$toLong", text(NOW)), new BsonInt64(1000));
        return operator("$toLong", seconds);
    }

    private static BsonDocument expected(BsonDocument id, ObjectId owner, long term) {
        return id.append("owner", new BsonObjectId(owner)).append("term", new BsonInt64(term));
    }

    private static BsonValue orNull(@Nullable ObjectId id) {
        return id == null ? BsonNull.VALUE : new BsonObjectId(id);
    }

    private static List<BsonDocument> stage(BsonDocument fields) {
        return List.of(new BsonDocument("$set", fields));
    }

    private static BsonValue nowPlus(Duration time) {
        return operator("$add", text(NOW), new BsonInt64(time.toMillis()));
    }

    private static BsonValue ifNull(String field, BsonValue otherwise) {
        return operator("$ifNull", text(field), otherwise);
    }

    private static BsonValue condition(BsonValue condition, BsonValue then, BsonValue otherwise) {
        return operator("$cond", condition, then, otherwise);
    }

    private static BsonDocument operator(String name, BsonValue... operands) {
        return new BsonDocument(name, new BsonArray(List.of(operands)));
    }

    /** Text that is no expression, whatever it begins with. */
    private static BsonDocument literal(String value) {
        return new BsonDocument("$literal", text(value));
    }

    private static BsonString text(String value) {
        return new BsonString(value);
    }
}
