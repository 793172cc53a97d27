package dev.onchange.engine.check;

import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketException;
import com.mongodb.connection.ClusterDescription;
import com.mongodb.connection.ClusterSettings;
import com.mongodb.connection.ServerDescription;
import com.mongodb.connection.ServerType;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.engine.message.ServerErrors;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Check;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Makes the check that says why no server answers, with the hosts and without the credentials. */
final class Unreachable {

    private static final String NAME = "server";

    private final MongoClient client;
    private final ReplicaSetName setName;

    Unreachable(MongoClient client, ReplicaSetName setName) {
        this.client = client;
        this.setName = setName;
    }

    Mono<Check> check(MongoException error) {
        ClusterDescription cluster = client.getClusterDescription();
        if (ServerErrors.isTransient(error)
                && (error instanceof MongoSecurityException || !(error instanceof MongoClientException))
                && !(error instanceof MongoSocketException)) {
            return Mono.just(Check.failure(NAME, TransientRetry.what(error), TransientRetry.todo(error))
                    .under(ProblemCode.SERVER_UNAVAILABLE));
        }
        if (error instanceof MongoSecurityException refused) {
            return Mono.just(Check.failure(
                            NAME,
                            hosts(cluster) + " refuses the credentials: " + reason(refused) + ".",
                            "Correct user name, password, authSource and authMechanism of the connection string.")
                    .under(ProblemCode.ACCESS_REFUSED));
        }
        String required = requiredSet(cluster);
        Mono<Check> check = required != null && noServerFails(cluster)
                ? ofAnotherSet(cluster, required, error)
                : Mono.just(unreachable(cluster, error));
        return check.map(found -> found.under(ProblemCode.SERVER_UNAVAILABLE));
    }

    /** The driver says so where it is asked, before it asks the server. */
    static Check closed() {
        return Check.failure(
                        NAME,
                        "The MongoClient that the listeners were given is closed.",
                        "Give them one that is open, and close it after them.")
                .under(ProblemCode.SERVER_UNAVAILABLE);
    }

    private static @Nullable String requiredSet(ClusterDescription cluster) {
        return cluster.getClusterSettings() == null
                ? null
                : cluster.getClusterSettings().getRequiredReplicaSetName();
    }

    /**
     * As when all members belong to another set: with several seeds the driver drops them, one alone it calls unknown.
     */
    private static boolean noServerFails(ClusterDescription cluster) {
        return cluster.getServerDescriptions().stream().allMatch(server -> server.getException() == null);
    }

    private Mono<Check> ofAnotherSet(ClusterDescription cluster, String required, MongoException error) {
        String what = "None of " + hosts(cluster) + " is a member of the replica set " + required;
        return setName.of(cluster.getClusterSettings().getHosts())
                .map(name -> name.filter(real -> !real.equals(required))
                        .map(real -> noMember(what, required, real))
                        .orElseGet(() -> cluster.getServerDescriptions().isEmpty()
                                ? Check.failure(NAME, what + ".", "Correct replicaSet in the connection string.")
                                : unreachable(cluster, error)));
    }

    private static Check noMember(String what, String required, String real) {
        return real.equals(ReplicaSetName.STANDALONE)
                ? Check.failure(
                        NAME,
                        what + ": the server is a standalone, which keeps no oplog and has no change streams.",
                        DeploymentRules.makeItASet(required))
                : Check.failure(
                        NAME,
                        what + ": the set is called " + real + ".",
                        "Write replicaSet=" + real + " in the connection string.");
    }

    private static Check unreachable(ClusterDescription cluster, MongoException error) {
        List<ServerDescription> servers = cluster.getServerDescriptions();
        if (servers.stream().anyMatch(server -> server.getType() == ServerType.REPLICA_SET_GHOST)) {
            return Check.failure(
                    NAME,
                    hosts(cluster) + " was started as a replica set member, but the replica set was never initiated.",
                    "Run rs.initiate() in mongosh, once.");
        }
        if (cluster.getSrvResolutionException() != null) {
            return Check.failure(
                    NAME,
                    "The name " + hosts(cluster) + " leads to no server: " + reason(cluster.getSrvResolutionException())
                            + ".",
                    "Correct the host behind mongodb+srv://, or see that its name server answers.");
        }
        if (servers.stream().anyMatch(ServerDescription::isOk) && noServerFails(cluster)) {
            return notChosen(cluster, error);
        }
        String found = servers.stream()
                .filter(server -> server.getException() != null)
                .map(server -> server.getAddress() + ": " + reason(server.getException()))
                .distinct()
                .collect(Collectors.joining("; "));
        return Check.failure(
                NAME,
                hosts(cluster) + " does not answer within the server selection time-out"
                        + (found.isEmpty()
                                ? ": " + (servers.isEmpty() ? reason(error) : "no member is up")
                                : " (" + found + ")")
                        + ".",
                "Start the server, or correct hosts, port and TLS options of the connection string.");
    }

    /** Members answer, and yet the driver has none for what it was asked, or no connection to it. */
    private static Check notChosen(ClusterDescription cluster, MongoException error) {
        if (!String.valueOf(error.getMessage()).contains("waiting for a server")) {
            return Check.failure(
                    NAME,
                    hosts(cluster) + " is up, but: " + reason(error) + ".",
                    "Correct the options of the connection string, or of the client's settings.");
        }
        boolean primary = cluster.getServerDescriptions().stream().anyMatch(ServerDescription::isPrimary);
        return primary
                ? Check.failure(
                        NAME,
                        hosts(cluster) + " is up, but no member is what the read preference asks for.",
                        "Correct readPreference, readPreferenceTags and maxStalenessSeconds of the connection string,"
                                + " or start a member that they allow.")
                : Check.failure(
                        NAME,
                        hosts(cluster) + " has no primary within the server selection time-out.",
                        "See that most members of the replica set are up and reach each other.");
    }

    private static String hosts(ClusterDescription cluster) {
        ClusterSettings settings = cluster.getClusterSettings();
        if (settings != null && settings.getSrvHost() != null) {
            return settings.getSrvHost();
        }
        return settings == null
                ? cluster.getServerDescriptions().stream()
                        .map(server -> server.getAddress().toString())
                        .collect(Collectors.joining(", "))
                : settings.getHosts().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /** The innermost message: the outer ones repeat the state of the whole cluster. */
    private static String reason(@Nullable Throwable error) {
        Throwable innermost = error;
        while (innermost != null && innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        if (innermost == null) {
            return "";
        }
        String message = innermost instanceof MongoCommandException refused
                ? "error " + refused.getErrorCode() + ", " + refused.getErrorMessage()
                : innermost.getClass().getSimpleName()
                        + (innermost.getMessage() == null ? "" : ": " + innermost.getMessage());
        return message.replaceFirst("\\.$", "");
    }
}
