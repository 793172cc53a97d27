package dev.onchange.engine.check;

import dev.onchange.status.Check;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * What any change stream needs of the deployment, one rule each.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/changeStreams/#availability">Availability, in the server's manual</a>
 */
final class DeploymentRules {

    private static final List<Function<ServerFacts, Check>> OF_ANY_SERVER =
            List.of(DeploymentRules::deployment, DeploymentRules::version, DeploymentRules::storageEngine);

    private static final List<Function<ServerFacts, Check>> OF_MEMBERS =
            List.of(DeploymentRules::protocolVersion, DeploymentRules::readConcern, DeploymentRules::majority);

    private DeploymentRules() {}

    static List<Check> check(ServerFacts facts) {
        boolean members = facts.isRouter() || facts.replicaSet().isPresent();
        return Stream.concat(OF_ANY_SERVER.stream(), members ? OF_MEMBERS.stream() : Stream.empty())
                .map(rule -> rule.apply(facts))
                .toList();
    }

    private static Check deployment(ServerFacts facts) {
        String name = "deployment";
        if (facts.isRouter()) {
            return Check.ok(name, "A sharded cluster.");
        }
        return facts.replicaSet()
                .map(set -> Check.ok(name, "The replica set " + set + "."))
                .orElseGet(() -> standalone(name, facts));
    }

    private static Check standalone(String name, ServerFacts facts) {
        boolean started = facts.hello()
                .map(reply ->
                        reply.getBoolean("isreplicaset", BsonBoolean.FALSE).getValue())
                .orElse(false);
        return started
                ? Check.failure(
                        name,
                        "The server was started as a replica set member, but the replica set was never initiated.",
                        "Run rs.initiate() in mongosh, once.")
                : Check.failure(
                        name,
                        "The server is a standalone, which keeps no oplog: it has no change streams.",
                        makeItASet("rs0"));
    }

    /** @param set how the replica set is to be called */
    static String makeItASet(String set) {
        return "Restart it as \"mongod --replSet " + set
                + " …\" with its present options, then run rs.initiate() in mongosh, once; its data stays.";
    }

    private static Check version(ServerFacts facts) {
        String name = "server version";
        Optional<ServerVersion> found = facts.version();
        if (found.isEmpty()) {
            return Check.unknown(
                    name, "The server does not tell: " + facts.buildInfo().why() + ".", "");
        }
        ServerVersion version = found.get();
        if (!version.isAtLeast(ServerVersion.OLDEST)) {
            return Check.failure(
                    name, version + " has no streams on databases or from a time.", "Use server 4.0 or later.");
        }
        if (!version.isAtLeast(ServerVersion.WITH_START_AFTER)) {
            return Check.warning(
                    name,
                    version + " cannot go on after a collection was dropped or renamed: it has no startAfter.",
                    "Use server 4.2 or later.");
        }
        return Check.ok(name, version + ".");
    }

    private static Check storageEngine(ServerFacts facts) {
        String name = "storage engine";
        if (facts.isRouter()) {
            return Check.unknown(name, "A router has none; its shards are not asked.", "");
        }
        Optional<String> engine = facts.status()
                .map(reply -> reply.getDocument("storageEngine", new BsonDocument())
                        .getString("name", new BsonString(""))
                        .getValue());
        if (engine.isEmpty()) {
            return Check.unknown(
                    name,
                    "Not told: " + facts.status().why() + ".",
                    facts.status().todo());
        }
        return switch (engine.get()) {
            case "wiredTiger" -> Check.ok(name, "wiredTiger.");
            case "mmapv1" ->
                Check.failure(
                        name, "mmapv1 has no majority reads, which change streams need.", "Change to wiredTiger.");
            default ->
                Check.warning(
                        name,
                        engine.get() + ", for which the manual does not promise change streams.",
                        "Use wiredTiger.");
        };
    }

    private static Check protocolVersion(ServerFacts facts) {
        String name = "replica set protocol";
        if (facts.isRouter()) {
            return Check.unknown(name, "A router has none; its shards are not asked.", "");
        }
        Optional<Integer> version = facts.configuration()
                .map(reply -> reply.getDocument("config", new BsonDocument()).get("protocolVersion"))
                .map(number -> number instanceof BsonNumber given ? given.intValue() : null);
        if (version.isEmpty()) {
            return Check.unknown(
                    name,
                    "Not told: " + facts.configuration().why() + ".",
                    facts.configuration().todo());
        }
        return version.get() == 1
                ? Check.ok(name, "Version 1.")
                : Check.failure(
                        name,
                        "Version " + version.get() + ", under which there are no change streams.",
                        "Set protocolVersion to 1 with rs.reconfig().");
    }

    private static Check readConcern(ServerFacts facts) {
        String name = "read concern majority";
        if (facts.isAtLeast(ServerVersion.WITH_START_AFTER)) {
            return Check.ok(name, "Not needed from server 4.2 on.");
        }
        Optional<Boolean> enabled = facts.status()
                .map(reply ->
                        reply.getDocument("storageEngine", new BsonDocument()).get("supportsCommittedReads"))
                .map(value -> value.isBoolean() && value.asBoolean().getValue());
        if (enabled.isEmpty()) {
            return Check.unknown(
                    name,
                    "Not told: " + facts.status().why() + ".",
                    facts.status().todo());
        }
        return enabled.get()
                ? Check.ok(name, "Enabled.")
                : Check.failure(
                        name,
                        "Disabled, and up to server 4.0 change streams need it.",
                        "Restart the members without enableMajorityReadConcern: false.");
    }

    /** Changes are delivered once a majority has them; an arbiter counts, but has nothing. */
    private static Check majority(ServerFacts facts) {
        String name = "majority";
        if (facts.isRouter()) {
            return Check.unknown(name, "The members of the shards are not asked.", "");
        }
        Optional<List<BsonValue>> members = facts.configuration()
                .map(reply -> reply.getDocument("config", new BsonDocument())
                        .getArray("members", new BsonArray())
                        .getValues());
        if (members.isEmpty()) {
            return Check.unknown(
                    name,
                    "Members are not told: " + facts.configuration().why() + ".",
                    facts.configuration().todo());
        }
        long arbiters = members.get().stream()
                .filter(member -> member.asDocument()
                        .getBoolean("arbiterOnly", BsonBoolean.FALSE)
                        .getValue())
                .count();
        return arbiters == 0
                ? Check.ok(name, members.get().size() + " of " + members.get().size() + " members hold data.")
                : Check.warning(
                        name,
                        "With " + arbiters + " arbiter(s), one lost member can leave no majority that holds data: then"
                                + " streams stay open and deliver nothing.",
                        "Replace arbiters by members that hold data.");
    }
}
