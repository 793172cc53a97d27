package dev.onchange.engine.check;

import com.mongodb.ServerAddress;
import com.mongodb.connection.ClusterDescription;
import com.mongodb.connection.ServerDescription;
import dev.onchange.status.Check;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonDocument;

/**
 * Servers that speak MongoDB's protocol and are another product, told by the names of their hosts or by what they say of
 * themselves. What they lack is from their public documents; none of them was tried.
 */
enum ForeignServer {
    AMAZON_DOCUMENTDB(
            "Amazon DocumentDB",
            List.of(".docdb.amazonaws.com", ".docdb-elastic.amazonaws.com", ".docdb.amazonaws.com.cn"),
            "Streams are refused until they are enabled, changes are kept for three hours unless the cluster says otherwise,"
                    + " pipelines may have five stages, and there are no pre-images.",
            "Enable streams with modifyChangeStreams, raise change_stream_log_retention_duration (seven days at most), and"
                    + " read from the primary."),
    COSMOS_DB_VCORE(
            "Azure Cosmos DB for MongoDB, vCore",
            List.of(".mongocluster.cosmos.azure.com"),
            "Streams are a feature that has to be enabled for the cluster.",
            "Enable ChangeStreams for the cluster, and test what you use."),
    COSMOS_DB(
            "Azure Cosmos DB for MongoDB",
            List.of(".cosmos.azure.com"),
            "Streams exist on collections only, and tell of no deletes; updates come with their document only, and pipelines need"
                    + " a $match and a $project of a given form.",
            "Use handlers of one collection each, and a field that marks documents as deleted; test what you use."),
    FIRESTORE(
            "Firestore with MongoDB compatibility",
            List.of(".firestore.goog"),
            "A stream has to be created before it is opened, changes are kept for one to seven days, and starting at a time is"
                    + " not among what is documented.",
            "Create the stream first, and test what you use."),
    FERRETDB("FerretDB", List.of(), "It has no change streams.", "Use MongoDB for what is listened to."),
    DOCUMENTDB(
            "DocumentDB on PostgreSQL",
            List.of(),
            "Change streams depend on its version and on how it is set up.",
            "Test what you use.");

    private final String product;

    @SuppressWarnings("ImmutableEnumChecker") // it is one of List.of
    private final List<String> hosts;

    private final String limits;
    private final String advice;

    ForeignServer(String product, List<String> hosts, String limits, String advice) {
        this.product = product;
        this.hosts = hosts;
        this.limits = limits;
        this.advice = advice;
    }

    /** What is known to be lacking; nothing for a server of MongoDB's. */
    static Stream<Check> check(ServerFacts facts, ClusterDescription cluster) {
        return byHost(cluster).or(() -> byWords(facts)).stream().map(ForeignServer::warning);
    }

    private static Optional<ForeignServer> byHost(ClusterDescription cluster) {
        List<String> names = cluster.getServerDescriptions().stream()
                .map(ServerDescription::getAddress)
                .map(ServerAddress::getHost)
                .map(host -> host.toLowerCase(Locale.ROOT))
                .toList();
        return Arrays.stream(values())
                .filter(server ->
                        names.stream().anyMatch(name -> server.hosts.stream().anyMatch(name::endsWith)))
                .findFirst();
    }

    private static Optional<ForeignServer> byWords(ServerFacts facts) {
        boolean ferret = facts.buildInfo()
                .map(reply -> reply.keySet().stream().anyMatch(key -> key.startsWith("ferretdb")))
                .orElse(false);
        boolean documentdb = facts.hello()
                .map(reply -> reply.get("internal") instanceof BsonDocument internal
                        && internal.containsKey("documentdb_versions"))
                .orElse(false);
        return ferret ? Optional.of(FERRETDB) : documentdb ? Optional.of(DOCUMENTDB) : Optional.empty();
    }

    private Check warning() {
        return Check.warning(
                "server product", product + ", which was not tried; from its documents: " + limits, advice);
    }
}
