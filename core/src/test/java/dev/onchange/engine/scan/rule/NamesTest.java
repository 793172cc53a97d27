package dev.onchange.engine.scan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoException;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.localmongo.LocalMongo;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** The rules on names against a server: what they refuse cannot be written to or watched, what they let pass can. */
class NamesTest {

    private static MongoClient client;

    @BeforeAll
    static void connect() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    @ParameterizedTest
    @MethodSource
    void a_name_is_refused_exactly_if_the_server_can_do_nothing_with_it(String database, String collection) {
        boolean refused = !Rules.check(Rules.OF_SOURCE, DeclarationFixture.of(database, collection))
                .isEmpty();

        boolean useless = !isWritable(database, collection) || !isWatchable(database, collection);

        assertThat(refused).isEqualTo(useless);
    }

    static Stream<Arguments> a_name_is_refused_exactly_if_the_server_can_do_nothing_with_it() {
        Stream<Arguments> databases = Stream.of(
                        "admin",
                        "config",
                        "local",
                        "Admins",
                        "names*x",
                        "names<x",
                        "names$x",
                        "names x",
                        "names.x",
                        "names/x",
                        "names\\x",
                        "names\"x",
                        "names\0x",
                        "ä".repeat(31),
                        "ä".repeat(32),
                        "n".repeat(63),
                        "n".repeat(64))
                .map(name -> Arguments.of(name, "items"));
        Stream<Arguments> collections = Stream.of(
                        "a$b",
                        "$a",
                        ".a",
                        "a.",
                        "a..b",
                        "a b",
                        "a/b",
                        "a\"b",
                        "a\0b",
                        "system",
                        "systems.a",
                        "system.views",
                        "system.buckets.a",
                        "x".repeat(255 - "names.".length()),
                        "x".repeat(256 - "names.".length()))
                .map(name -> Arguments.of("names", name));
        return Stream.concat(databases, collections);
    }

    private static boolean isWritable(String database, String collection) {
        if (Set.of("admin", "config", "local").contains(database)) {
            return true;
        }
        try {
            MongoDatabase written = client.getDatabase(database);
            Mono.from(written.getCollection(collection).insertOne(new Document()))
                    .block();
            Mono.from(written.drop()).block();
            return true;
        } catch (MongoException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isWatchable(String database, String collection) {
        try {
            MongoDatabase watched = client.getDatabase(database);
            Document opened = Mono.from(watched.runCommand(new Document("aggregate", collection)
                            .append("pipeline", List.of(new Document("$changeStream", new Document())))
                            .append("cursor", new Document())))
                    .block();
            long cursor = opened.get("cursor", Document.class).getLong("id");
            Mono.from(watched.runCommand(new Document("killCursors", collection).append("cursors", List.of(cursor))))
                    .block();
            return true;
        } catch (MongoException | IllegalArgumentException e) {
            return false;
        }
    }
}
