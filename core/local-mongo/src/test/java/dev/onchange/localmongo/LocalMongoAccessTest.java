package dev.onchange.localmongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class LocalMongoAccessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Document COUNT = new Document("count", "things");

    @Test
    void with_credentials_only_who_logs_in_is_served() {
        try (LocalMongo mongo =
                LocalMongo.builder().credentials("ad:min", "p@ss word/%").start()) {
            String anonymous = "mongodb://" + mongo.primary().address() + "/?directConnection=true";

            assertThat(count(mongo.connectionString())).containsEntry("n", 0);
            assertThatThrownBy(() -> count(anonymous))
                    .isInstanceOfSatisfying(
                            MongoCommandException.class,
                            failure -> assertThat(failure.getErrorCodeName()).isEqualTo("Unauthorized"));
        }
    }

    @Test
    void nodes_of_a_set_with_credentials_trust_each_other() {
        try (LocalMongo mongo =
                LocalMongo.builder().nodes(2).credentials("admin", "secret").start()) {
            Document created = mongo.admin(new Document("createUser", "reader")
                    .append("pwd", "r")
                    .append("roles", List.of("readAnyDatabase"))
                    .append("writeConcern", new Document("w", 2)));

            assertThat(created).containsEntry("ok", 1.0);
        }
    }

    @Test
    void with_tls_only_who_trusts_the_certificate_is_served() {
        try (LocalMongo mongo = LocalMongo.builder().tls().start()) {
            MongoClientSettings trusting = settings(mongo)
                    .applyToSslSettings(ssl -> ssl.context(mongo.sslContext()))
                    .build();
            MongoClientSettings distrusting = settings(mongo)
                    .applyToClusterSettings(
                            cluster -> cluster.serverSelectionTimeout(1, java.util.concurrent.TimeUnit.SECONDS))
                    .build();

            assertThat(mongo.connectionString()).contains("tls=true");
            assertThat(count(trusting)).containsEntry("n", 0);
            assertThatThrownBy(() -> count(distrusting))
                    .isInstanceOf(MongoTimeoutException.class)
                    .hasMessageContaining("PKIX path building failed");
        }
    }

    @Test
    void private_keys_are_readable_by_their_owner_alone() throws IOException {
        try (LocalMongo mongo =
                LocalMongo.builder().tls().credentials("admin", "secret").start()) {
            Path set = mongo.primary().log().getParent().getParent();
            List<Path> keys;
            try (Stream<Path> files = Files.walk(set)) {
                keys = files.filter(file -> file.toString().matches(".*(\\.pem|\\.p12|/key)"))
                        .toList();
            }

            assertThat(keys)
                    .hasSize(2)
                    .allSatisfy(key -> assertThat(Files.getPosixFilePermissions(key))
                            .containsOnly(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
        }
    }

    private static MongoClientSettings.Builder settings(LocalMongo mongo) {
        return MongoClientSettings.builder().applyConnectionString(new ConnectionString(mongo.connectionString()));
    }

    private static Document count(String uri) {
        return count(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(uri))
                .build());
    }

    private static Document count(MongoClientSettings settings) {
        try (MongoClient client = MongoClients.create(settings)) {
            return Mono.from(client.getDatabase("access_test").runCommand(COUNT))
                    .block(PATIENCE);
        }
    }
}
