package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.localmongo.LocalMongo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class SnapshotMemoryTest {

    private static final int DOCUMENTS = 8;
    private static final String HEAP = "80m";

    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "large_" + Long.toHexString(System.nanoTime());
    private final MongoClient client = MongoClients.create(uri);

    @TempDir
    Path folder;

    @AfterEach
    void clear() {
        Mono.from(client.getDatabase(database).drop()).block();
        Mono.from(client.getDatabase(database + "_state").drop()).block();
        client.close();
    }

    @Test
    void documents_that_take_more_than_the_memory_together_are_read() throws Exception {
        String text = "x".repeat(8 * 1024 * 1024);
        for (int key = 0; key < DOCUMENTS; key++) {
            Mono.from(client.getDatabase(database)
                            .getCollection(IndexingProgram.COLLECTION)
                            .insertOne(new Document("_id", key)
                                    .append(IndexingProgram.VERSION, 1)
                                    .append("text", text)))
                    .block();
        }
        Path file = folder.resolve("given");

        try (Consumer program = Consumer.start(
                Map.of("_JAVA_OPTIONS", "-Xmx" + HEAP), IndexingProgram.class, uri, database, file, "100")) {
            await().atMost(Patience.LIMIT)
                    .failFast(
                            "it has ended",
                            () -> assertThat(Files.readString(folder.resolve("given.log")))
                                    .doesNotContain("OutOfMemoryError"))
                    .until(() -> Files.readAllLines(file).size() == DOCUMENTS);
        }

        assertThat(Files.readAllLines(file)).allMatch(line -> line.startsWith("snapshot "));
    }
}
