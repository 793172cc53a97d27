package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeListeners;
import dev.onchange.HandlerBuilder;
import dev.onchange.Registration;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Handlers with random scopes, filters and options that come, go, come back and are paused at random while changes are made:
 * each is given what it wants from its beginning on, once and in order. {@code -Dseed=…} repeats a run, {@code -Drounds=…}
 * lengthens it.
 */
class RandomComeAndGoTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> COLLECTIONS = List.of("a", "b", "c");
    private static final int VALUES = 6;
    private static final int HANDLERS = 7;
    private static final int ROUNDS = Integer.getInteger("rounds", 18);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Random ofWriter = new Random(seed + 1);
    private final Ground ground = new Ground();
    private final List<Write> writes = new CopyOnWriteArrayList<>();
    private volatile boolean enough;

    private record Write(int number, String collection, int value) {}

    /** A handler, whether it listens at the moment or not. */
    private record Wanting(
            String id,
            String collection,
            String filter,
            Predicate<Write> wants,
            FullDocument documents,
            boolean inBatches,
            List<Integer> seen) {}

    @AfterEach
    void clear() {
        enough = true;
        ground.close();
    }

    @Test
    void each_handler_is_given_what_it_wants_from_its_beginning_on() throws Exception {
        List<Wanting> all = IntStream.range(0, HANDLERS).mapToObj(this::wanting).toList();
        Map<String, Registration> present = new HashMap<>();
        Map<String, Boolean> paused = new HashMap<>();
        Map<String, Integer> begun = new HashMap<>();
        Thread writer = new Thread(this::write);
        try (ChangeListeners listeners = ground.builder().allowNoHandlers().start()) {
            writer.start();
            for (int round = 0; round < ROUNDS; round++) {
                Wanting one = all.get(random.nextInt(all.size()));
                if (!present.containsKey(one.id())) {
                    present.put(one.id(), register(listeners, one));
                    begun.putIfAbsent(one.id(), writes.size());
                } else if (random.nextBoolean()) {
                    // One that was paused is so when it comes back.
                    Objects.requireNonNull(present.remove(one.id())).close();
                } else if (paused.merge(one.id(), true, (was, now) -> !was)) {
                    listeners.pause(one.id());
                } else {
                    listeners.resume(one.id());
                }
                int before = writes.size();
                await().atMost(LIMIT).until(() -> writes.size() > before + 3);
            }
            present.keySet().stream()
                    .filter(id -> paused.getOrDefault(id, false))
                    .forEach(listeners::resume);
            enough = true;
            writer.join();
            COLLECTIONS.forEach(collection ->
                    IntStream.range(0, VALUES).forEach(value -> insert(new Write(writes.size(), collection, value))));
            for (Wanting one : all) {
                if (!present.containsKey(one.id())) {
                    continue;
                }
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(last(one.seen()))
                                .as("seed %d, the last of %s", seed, one)
                                .isEqualTo(last(expected(one))));
                int from = begun.get(one.id());
                assertThat(one.seen())
                        .as("seed %d, all from %d on of %s", seed, from, one)
                        .containsAll(expected(one).stream()
                                .filter(number -> number >= from)
                                .toList());
            }
        }
        assertThat(all)
                .allSatisfy(one -> assertThat(gapless(expected(one), one.seen()))
                        .as("seed %d: %s of %s", seed, one, expected(one))
                        .isTrue());
    }

    private static int last(List<Integer> numbers) {
        return numbers.isEmpty() ? -1 : numbers.get(numbers.size() - 1);
    }

    private static boolean gapless(List<Integer> expected, List<Integer> seen) {
        if (seen.isEmpty()) {
            return true;
        }
        int from = expected.indexOf(seen.get(0));
        return from >= 0
                && from + seen.size() <= expected.size()
                && expected.subList(from, from + seen.size()).equals(seen);
    }

    private List<Integer> expected(Wanting one) {
        return writes.stream()
                .filter(write -> one.collection().isEmpty() || one.collection().equals(write.collection()))
                .filter(one.wants())
                .map(Write::number)
                .toList();
    }

    private Wanting wanting(int number) {
        int k = random.nextInt(VALUES);
        Map<String, Predicate<Write>> filters = Map.of(
                "",
                write -> true,
                "{ 'fullDocument.value': " + k + " }",
                write -> write.value() == k,
                "{ 'fullDocument.value': { $gte: " + k + " } }",
                write -> write.value() >= k,
                "{ $expr: { $lt: [ '$fullDocument.value', " + k + " ] } }",
                write -> write.value() < k,
                "{ 'fullDocument.text': { $regex: '^v" + k + "' } }",
                write -> write.value() == k,
                "{ 'fullDocument.value': { $nin: [ " + k + " ] } }",
                write -> write.value() != k);
        List<String> texts = filters.keySet().stream().sorted().toList();
        String filter = texts.get(random.nextInt(texts.size()));
        return new Wanting(
                "random " + number,
                random.nextInt(4) == 0 ? "" : COLLECTIONS.get(random.nextInt(COLLECTIONS.size())),
                filter,
                filters.get(filter),
                List.of(FullDocument.DEFAULT, FullDocument.UPDATE_LOOKUP, FullDocument.WHEN_AVAILABLE)
                        .get(random.nextInt(3)),
                random.nextInt(3) == 0,
                new CopyOnWriteArrayList<>());
    }

    private Registration register(ChangeListeners listeners, Wanting one) {
        HandlerBuilder<Document, Registration> handler = (one.collection().isEmpty()
                        ? listeners.onDatabase()
                        : listeners.on(one.collection()))
                .id(one.id())
                .operation("insert", "update")
                .match(one.filter())
                .fullDocument(one.documents());
        return one.inBatches()
                ? handler.batch(5, Duration.ZERO)
                        .handle(changes -> changes.forEach(change -> one.seen().add(number(change.fullDocument()))))
                : handler.handle(change -> {
                    one.seen().add(number(change.fullDocument()));
                });
    }

    private static int number(Document document) {
        return document.getInteger("_id");
    }

    private void write() {
        for (int number = 0; !enough; number++) {
            insert(new Write(number, COLLECTIONS.get(ofWriter.nextInt(COLLECTIONS.size())), ofWriter.nextInt(VALUES)));
        }
    }

    /** Noted first: what a handler has seen is among the writes. */
    private void insert(Write write) {
        writes.add(write);
        ground.insert(
                write.collection(),
                new Document("_id", write.number())
                        .append("value", write.value())
                        .append("text", "v" + write.value() + " of " + write.number()));
    }
}
