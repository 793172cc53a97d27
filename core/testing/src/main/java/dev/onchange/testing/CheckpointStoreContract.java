package dev.onchange.testing;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.Position;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What every {@link CheckpointStore} must do. To test a store of one's own, extend this class and say how it is opened.
 * Needs JUnit Jupiter.
 */
public abstract class CheckpointStoreContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MANY = 60;

    /**
     * Opens a store, not yet prepared. The first one in a test finds no positions; a further one finds those that the
     * others have saved, as after a restart or in another process.
     */
    protected abstract CheckpointStore open();

    @Test
    public void a_handler_that_was_never_saved_has_no_position() {
        CheckpointStore store = prepared();

        assertEquals(Map.of(), load(store, "unknown"));
    }

    @Test
    public void a_saved_position_is_loaded_as_it_was_also_by_another_instance() {
        CheckpointStore store = prepared();
        BsonDocument token = token(7).append("$odd.field", new BsonDocument("n", new BsonInt32(1)));
        Map<String, Position> positions = Map.of(
                "com.acme.Stock#reorder", new Position(token, time(7), "$fingerprint"),
                "$id with. dots, ümläuts and 💡", new Position(token(8), time(7), ""),
                "by time only", Position.at(time(9)));

        save(store, positions);

        assertEquals(positions, load(store, positions.keySet().toArray(String[]::new)));
        assertEquals(positions, load(prepared(), positions.keySet().toArray(String[]::new)));
    }

    @Test
    public void only_the_handlers_asked_for_are_loaded() {
        CheckpointStore store = prepared();
        save(store, Map.of("a", position(1), "b", position(2)));

        assertEquals(Map.of("b", position(2)), load(store, "b", "c"));
        assertEquals(Map.of(), load(store));
    }

    @Test
    public void claiming_handlers_leaves_their_positions_as_they_are_to_save_and_to_read() {
        CheckpointStore store = prepared();
        save(store, same(MANY, position(1)));

        CheckpointStore next = prepared();
        next.claim(terms(1, ids(MANY))).block(PATIENCE);
        next.claim(Map.of("never saved", 1L)).block(PATIENCE);
        next.claim(Map.of()).block(PATIENCE);

        assertEquals(same(MANY, position(1)), load(next, ids(MANY)));
        assertEquals(Map.of(), load(next, "never saved"));
        save(next, same(MANY, position(2)));
        assertEquals(same(MANY, position(2)), load(prepared(), ids(MANY)));
    }

    @Test
    public void saving_some_handlers_leaves_the_others_where_they_are() {
        CheckpointStore store = prepared();
        save(store, Map.of("a", position(1), "b", position(1)));

        save(store, Map.of("a", position(5)));
        save(store, Map.of());

        assertEquals(Map.of("a", position(5), "b", position(1)), load(prepared(), "a", "b"));
    }

    @Test
    public void an_earlier_position_never_overwrites_a_later_one() {
        CheckpointStore store = prepared();
        save(store, Map.of("a", position(5)));

        save(store, Map.of("a", position(4)));
        save(prepared(), Map.of("a", position(3)));

        assertEquals(Map.of("a", position(5)), load(store, "a"));
    }

    @Test
    public void the_progress_of_a_snapshot_is_kept_with_its_position_and_replaced_at_the_same() {
        CheckpointStore store = prepared();
        Map<String, Position> begun = same(MANY, position(5).withSnapshot(new BsonDocument("done", new BsonInt32(1))));
        Map<String, Position> further =
                same(MANY, position(5).withSnapshot(new BsonDocument("done", new BsonInt32(2))));
        save(store, same(MANY, position(5)));

        save(store, begun);
        assertEquals(begun, load(prepared(), ids(MANY)));
        save(store, further);
        save(store, same(MANY, position(4)));
        assertEquals(further, load(prepared(), ids(MANY)));
        save(store, same(MANY, position(6)));
        assertEquals(same(MANY, position(6)), load(prepared(), ids(MANY)));
    }

    @Test
    public void at_one_time_the_token_decides_and_a_position_without_one_is_the_last() {
        CheckpointStore store = prepared();
        Position first = new Position(token(1), time(3), "f");
        Position second = new Position(token(2), time(3), "f");
        Position last = Position.at(time(3));

        save(store, Map.of("a", second, "b", second, "c", last));
        save(store, Map.of("a", first, "b", last, "c", second));

        assertEquals(Map.of("a", second, "b", last, "c", last), load(store, "a", "b", "c"));
    }

    @Test
    public void a_rewound_handler_goes_back_and_then_forward_again() {
        CheckpointStore store = prepared();
        save(store, same(MANY, position(5)));

        store.rewind("h0", position(2)).block(PATIENCE);
        Map<String, Position> expected = new HashMap<>(same(MANY, position(5)));
        expected.put("h0", position(2));
        assertEquals(expected, load(prepared(), ids(MANY)));

        expected = new HashMap<>(same(MANY, position(9)));
        expected.put("h0", position(3));
        save(store, expected);
        assertEquals(expected, load(prepared(), ids(MANY)));
    }

    @Test
    public void a_handler_without_a_position_can_be_rewound() {
        CheckpointStore store = prepared();

        store.rewind("a", Position.at(time(4))).block(PATIENCE);

        assertEquals(Map.of("a", Position.at(time(4))), load(store, "a"));
    }

    @Test
    public void a_handler_that_falls_behind_stays_behind_and_may_catch_up() {
        CheckpointStore store = prepared();
        save(store, same(MANY, position(1)));

        Map<String, Position> oneBehind = new HashMap<>(same(MANY, position(3)));
        oneBehind.put("h7", position(2));
        save(store, oneBehind);
        assertEquals(oneBehind, load(prepared(), ids(MANY)));

        Map<String, Position> oneNotMoved = new HashMap<>(same(MANY, position(4)));
        oneNotMoved.remove("h9");
        save(store, oneNotMoved);
        oneNotMoved.put("h9", position(3));
        assertEquals(oneNotMoved, load(prepared(), ids(MANY)));

        save(store, same(MANY, position(4)));
        save(store, same(MANY, position(5)));
        assertEquals(same(MANY, position(5)), load(prepared(), ids(MANY)));
    }

    @Test
    public void handlers_that_left_keep_their_positions_while_the_others_go_on() {
        save(prepared(), same(MANY, position(1)));

        CheckpointStore withoutLast = prepared();
        save(withoutLast, same(MANY - 1, position(2)));
        save(withoutLast, same(MANY - 1, position(3)));

        Map<String, Position> expected = new HashMap<>(same(MANY - 1, position(3)));
        expected.put("h" + (MANY - 1), position(1));
        assertEquals(expected, load(prepared(), ids(MANY)));
    }

    @Test
    public void whatever_is_saved_in_whatever_order_the_latest_position_of_each_handler_is_kept() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<String, Position> expected = new TreeMap<>();
        CheckpointStore store = prepared();

        for (int round = 0; round < 60; round++) {
            int front = round + random.nextInt(3);
            Map<String, Position> saved = new HashMap<>();
            for (String id : ids(MANY)) {
                int dice = random.nextInt(20);
                if (dice > 1) {
                    saved.put(id, position(dice == 2 ? random.nextInt(front + 1) : front));
                }
            }
            save(store, saved);
            saved.forEach((id, position) ->
                    expected.merge(id, position, (kept, given) -> given.isAfter(kept) ? given : kept));
            if (random.nextInt(8) == 0) {
                store = prepared();
            }
            assertEquals(expected, new TreeMap<>(load(store, ids(MANY))), "seed " + seed + ", round " + round);
        }
    }

    @Test
    public void of_saves_at_the_same_time_the_latest_position_stays() {
        CheckpointStore store = prepared();

        Flux.range(0, 40)
                .flatMap(n -> store.save(same(MANY, position(n % 2 == 0 ? n : 40 - n)))
                        .subscribeOn(Schedulers.parallel()))
                .blockLast(PATIENCE);

        assertEquals(same(MANY, position(39)), load(prepared(), ids(MANY)));
    }

    @Test
    public void two_instances_that_save_the_same_handlers_never_set_one_back() {
        Map<String, Position> latest = new ConcurrentHashMap<>();
        CheckpointStore reader = prepared();
        AtomicReference<Map<String, Position>> seen = new AtomicReference<>(Map.of());

        Mono<Void> reading = Mono.defer(() -> reader.load(Set.of(ids(MANY))))
                .doOnNext(now -> assertNoneSetBack(seen.getAndSet(now), now))
                .then();
        Flux<Void> writing = Flux.merge(
                saves(prepared(), 2, latest).subscribeOn(Schedulers.parallel()),
                saves(prepared(), 3, latest).subscribeOn(Schedulers.parallel()));
        reading.repeat().takeUntilOther(writing.then()).blockLast(PATIENCE);

        assertEquals(new TreeMap<>(latest), new TreeMap<>(load(prepared(), ids(MANY))));
    }

    private static Flux<Void> saves(CheckpointStore store, int stride, Map<String, Position> latest) {
        return Flux.range(1, 12).concatMap(round -> {
            Map<String, Position> positions = new HashMap<>();
            for (int n = 0; n < MANY; n++) {
                positions.put("h" + n, position(round * stride + (n % 10 == round % 10 ? 0 : 1)));
            }
            return store.save(positions)
                    .doOnSuccess(saved -> positions.forEach((id, position) ->
                            latest.merge(id, position, (kept, given) -> given.isAfter(kept) ? given : kept)));
        });
    }

    private static void assertNoneSetBack(Map<String, Position> before, Map<String, Position> now) {
        before.forEach((id, position) -> assertTrue(
                now.containsKey(id) && !position.isAfter(now.get(id)),
                () -> id + " was at " + position + " and is at " + now.get(id)));
    }

    @Test
    public void positions_go_on_under_other_ids_and_count_no_more_under_the_former() {
        CheckpointStore store = prepared();
        save(store, same(MANY, position(5)));

        store.replace(Set.of("h0", "h1"), Map.of("a", position(5), "b", position(4)))
                .block(PATIENCE);

        CheckpointStore next = prepared();
        assertEquals(Map.of("a", position(5), "b", position(4), "h2", position(5)), load(next, "a", "b", "h2"));
        load(next, "h0", "h1").values().forEach(former -> assertEquals(Position.NONE, former));
        save(next, Map.of("a", position(6), "b", position(6)));
        assertEquals(Map.of("a", position(6), "b", position(6)), load(prepared(), "a", "b"));
    }

    @Test
    public void nothing_happens_before_somebody_subscribes() {
        CheckpointStore store = prepared();

        Mono<Void> save = store.save(Map.of("a", position(1)));
        Mono<Void> rewind = store.rewind("b", position(1));

        assertEquals(Map.of(), load(store, "a", "b"));
        save.then(rewind).block(PATIENCE);
        assertFalse(load(store, "a", "b").isEmpty());
    }

    private CheckpointStore prepared() {
        CheckpointStore store = open();
        store.prepare().block(PATIENCE);
        return store;
    }

    private static Map<String, Long> terms(long term, String... ids) {
        return Arrays.stream(ids).collect(Collectors.toMap(id -> id, id -> term));
    }

    private static void save(CheckpointStore store, Map<String, Position> positions) {
        store.save(positions).block(PATIENCE);
    }

    private static Map<String, Position> load(CheckpointStore store, String... ids) {
        return requireNonNull(store.load(Set.of(ids)).block(PATIENCE));
    }

    private static String[] ids(int count) {
        return IntStream.range(0, count).mapToObj(n -> "h" + n).toArray(String[]::new);
    }

    private static Map<String, Position> same(int count, Position position) {
        return Arrays.stream(ids(count)).collect(Collectors.toMap(id -> id, id -> position));
    }

    private static Position position(int n) {
        return new Position(token(n), time(n), "fingerprint");
    }

    private static BsonTimestamp time(int n) {
        return new BsonTimestamp(1_700_000_000 + n, 1);
    }

    private static BsonDocument token(int n) {
        return new BsonDocument("_data", new BsonString("82%08X".formatted(n)));
    }
}
