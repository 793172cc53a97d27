package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.faults.FreezingProgram.Point;
import dev.onchange.localmongo.LocalMongo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Processes that stand still in the middle of something while another one takes over, and then go on with it. The full form:
 * {@code -Drounds=20}.
 */
class FrozenWithinTest {

    private static final Logger LOG = LoggerFactory.getLogger(FrozenWithinTest.class);
    private static final int ITEMS = 20;

    private final String uri = LocalMongo.shared().connectionString();
    private final MongoClient client = MongoClients.create(uri);
    private final Map<Point, Consumer> freezing = new EnumMap<>(Point.class);
    private final List<Path> files = new ArrayList<>();
    private MongoDatabase database;
    private Consumer other;
    private final Set<String> deleted = new HashSet<>();
    private int written;

    @TempDir
    Path folder;

    @AfterEach
    void stop() throws IOException {
        for (Consumer each : freezing.values()) {
            each.close();
        }
        if (other != null) {
            other.close();
        }
        client.close();
    }

    @Test
    void what_a_process_was_in_the_middle_of_when_it_stood_still_has_no_effect_once_another_one_has_taken_over()
            throws IOException {
        for (int round = 0; round < Integer.getInteger("rounds", 1); round++) {
            begin(round);
            List<Document> letters = freezeAndTakeOver();
            Document position = position();
            goOn();
            insert();
            awaitAllHandled();
            endAll();

            assertThat(Flux.from(totals().find(Filters.ne("n", 1)))
                            .collectList()
                            .block())
                    .as("several effects of transactions")
                    .isEmpty();
            assertThat(letters().stream().map(letter -> letter.get("token")).toList())
                    .doesNotHaveDuplicates()
                    .hasSize(ITEMS)
                    .doesNotContainAnyElementsOf(
                            letters.stream().map(letter -> letter.get("token")).toList());
            assertThat(position().get("clusterTime", BsonTimestamp.class))
                    .isGreaterThanOrEqualTo(position.get("clusterTime", BsonTimestamp.class));
            assertThat(((Number) position().get("term")).longValue())
                    .isGreaterThanOrEqualTo(((Number) position.get("term")).longValue());
            LOG.info("round {}: {} changes, all handled, none with two effects", round, written);
        }
    }

    private void begin(int round) throws IOException {
        database = client.getDatabase("within" + round + "_" + Long.toHexString(System.nanoTime()));
        written = 0;
        deleted.clear();
        files.clear();
        Mono.from(database.createCollection(FreezingProgram.ITEMS)).block();
        for (Point point : Point.values()) {
            freezing.put(point, start(point.name()));
        }
        other = start(Arrays.stream(Point.values()).map(Point::name).toArray(String[]::new));
        insert();
        awaitAllHandled();
    }

    private Consumer start(String... points) throws IOException {
        Path file = Files.createFile(folder.resolve(database.getName() + "_" + files.size()));
        files.add(file);
        return Consumer.start(FreezingProgram.class, uri, database.getName(), file, points);
    }

    /** The letters of what was handled so far, which are deleted. */
    private List<Document> freezeAndTakeOver() throws IOException {
        for (int i = 0; i < freezing.size(); i++) {
            Files.createFile(FreezingProgram.asked(files.get(i)));
        }
        insert();
        await().atMost(Patience.LIMIT).until(() -> freezing.values().stream().allMatch(Consumer::standsStill));
        insert();
        awaitAllHandled();
        List<Document> letters = letters();
        letters.forEach(letter -> deleted.add(handled(letter)));
        Mono.from(state(FreezingProgram.LETTERS).deleteMany(Filters.empty())).block();
        return letters;
    }

    /** Until each is a member again, after it has tried to end what it was in the middle of. */
    private void goOn() throws IOException {
        Set<Object> before = members();
        for (Consumer each : freezing.values()) {
            each.thaw();
        }
        await().atMost(Patience.LIMIT)
                .until(() ->
                        members().stream().filter(id -> !before.contains(id)).count() == freezing.size());
    }

    private Set<Object> members() {
        return Flux.from(state("onchange.members").find())
                .map(member -> member.get("_id"))
                .collect(Collectors.toSet())
                .block();
    }

    private void insert() {
        List<Document> items = IntStream.range(written, written + ITEMS)
                .mapToObj(id -> new Document("_id", id))
                .toList();
        written += ITEMS;
        Mono.from(database.getCollection(FreezingProgram.ITEMS).insertMany(items))
                .block();
    }

    private void awaitAllHandled() {
        await().atMost(Patience.LIMIT.multipliedBy(2))
                .untilAsserted(() -> assertThat(unhandled()).isEmpty());
    }

    private Set<String> unhandled() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (Point point : Point.values()) {
            for (int item = 0; item < written; item++) {
                missing.add(point.handlerId() + " " + item);
            }
        }
        for (Path file : files) {
            Files.readString(file).lines().forEach(line -> missing.remove(line.substring(0, line.lastIndexOf(' '))));
        }
        Flux.from(totals().find()).toStream().forEach(total -> missing.remove(total.getString("_id")));
        letters().forEach(letter -> missing.remove(handled(letter)));
        missing.removeAll(deleted);
        return missing;
    }

    private static String handled(Document letter) {
        return Point.LETTER.handlerId() + " "
                + letter.get("key", Document.class).getInteger("_id");
    }

    private List<Document> letters() {
        return Flux.from(state(FreezingProgram.LETTERS).find()).collectList().block();
    }

    private Document position() {
        return Mono.from(state(MongoCheckpointStore.COLLECTION).find(Filters.eq(Point.SAVE.handlerId())))
                .block();
    }

    private MongoCollection<Document> totals() {
        return database.getCollection(FreezingProgram.TOTALS);
    }

    private MongoCollection<Document> state(String collection) {
        return client.getDatabase(database.getName() + "_state").getCollection(collection);
    }

    private void endAll() throws IOException {
        for (Consumer each : freezing.values()) {
            each.end();
        }
        freezing.clear();
        other.end();
    }
}
