package dev.onchange.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ServerAddress;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterDescription;
import com.mongodb.connection.ClusterType;
import com.mongodb.connection.ServerConnectionState;
import com.mongodb.connection.ServerDescription;
import dev.onchange.status.Check;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class ForeignServerTest {

    @Test
    void servers_of_other_makers_are_told_by_their_hosts() {
        assertThat(byHost("shop.cluster-c1.eu-west-1.docdb.amazonaws.com"))
                .startsWith("Amazon DocumentDB, which was not");
        assertThat(byHost("SHOP.mongo.COSMOS.azure.com")).startsWith("Azure Cosmos DB for MongoDB, which");
        assertThat(byHost("shop.mongocluster.cosmos.azure.com")).startsWith("Azure Cosmos DB for MongoDB, vCore");
        assertThat(byHost("x.eur3.firestore.goog")).startsWith("Firestore");
        assertThat(check("docdb.amazonaws.com.example.org", "{}", "{}")).isEmpty();
        assertThat(check("shop.mongodb.net", "{}", "{version: '8.0.0'}")).isEmpty();
    }

    @Test
    void servers_that_say_what_they_are_are_known_on_any_host() {
        assertThat(check("localhost", "{}", "{version: '7.0.77', ferretdb: {version: 'v2.5.0'}}"))
                .singleElement()
                .extracting(Check::detail)
                .asString()
                .contains("FerretDB", "no change streams");
        assertThat(check("localhost", "{internal: {documentdb_versions: ['0.1']}}", "{version: '7.0.77'}"))
                .singleElement()
                .extracting(Check::detail)
                .asString()
                .contains("DocumentDB on PostgreSQL");
    }

    private static String byHost(String host) {
        return check(host, "{}", "{version: '5.0.0'}").get(0).detail();
    }

    private static List<Check> check(String host, String hello, String buildInfo) {
        ServerDescription server = ServerDescription.builder()
                .address(new ServerAddress(host))
                .state(ServerConnectionState.CONNECTING)
                .build();
        ServerFacts facts = new ServerFacts(given(hello), given(buildInfo), given("{}"), given("{}"));
        Stream<Check> found = ForeignServer.check(
                facts, new ClusterDescription(ClusterConnectionMode.MULTIPLE, ClusterType.UNKNOWN, List.of(server)));
        return found.toList();
    }

    private static Answer given(String reply) {
        return new Answer.Given(BsonDocument.parse(reply));
    }
}
