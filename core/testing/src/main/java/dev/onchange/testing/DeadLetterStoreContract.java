package dev.onchange.testing;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.mongodb.MongoNamespace;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetter.Failure;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.deadletter.DeadLetterStore.BlockedKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What every {@link DeadLetterStore} must do. To test a store of one's own, extend this class and say how it is opened.
 * Needs JUnit Jupiter.
 */
public abstract class DeadLetterStoreContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);
    private static final Failure FAILURE = new Failure("com.acme.Broken", "", "at x\n\tat ümläut 💡");
    private static final int DEEP = 150;
    private static final int LARGE = 15 * 1024 * 1024;

    /**
     * Opens a store, not yet prepared. The first one in a test finds no letters; a further one finds those that the others
     * have stored, as after a restart or in another process.
     */
    protected abstract DeadLetterStore open();

    @Test
    public void a_stored_letter_is_found_as_it_was_also_by_another_instance() {
        DeadLetterStore store = prepared();
        DeadLetter failed =
                new DeadLetter("com.acme.Stock#reorder", token(1), key(id(7)), event(id(7)), FAILURE, 3, TIME, TIME);
        DeadLetter parked = letter("b", 2, id(7), null);
        DeadLetter ofNoDocument = new DeadLetter("c", token(3), null, event(BsonNull.VALUE), FAILURE, 1, TIME, TIME);

        add(store, failed, parked, ofNoDocument);

        assertEquals(List.of(parked, ofNoDocument, failed), found(store, DeadLetterFilter.all()));
        assertEquals(List.of(parked, ofNoDocument, failed), found(prepared(), DeadLetterFilter.all()));
    }

    @Test
    public void events_are_kept_whatever_they_hold() {
        DeadLetterStore store = prepared();
        BsonDocument deep = event(id(1)).append("fullDocument", nested(DEEP));
        BsonDocument large =
                event(id(2)).append("fullDocument", new BsonDocument("b", new BsonBinary(new byte[LARGE])));
        BsonDocument odd = event(id(3)).append("$set.x", new BsonDocument("", new BsonDocument("$ref", id(1))));
        List<DeadLetter> letters = List.of(
                new DeadLetter("a", token(1), key(id(1)), deep, FAILURE, 1, TIME, TIME),
                new DeadLetter("a", token(2), key(id(2)), large, FAILURE, 1, TIME, TIME),
                new DeadLetter("a", token(3), key(nested(DEEP)), odd, FAILURE, 1, TIME, TIME));

        letters.forEach(letter -> add(store, letter));

        assertEquals(letters, found(store, DeadLetterFilter.all()));
        assertEquals(
                List.of(letters.get(2)), found(store, DeadLetterFilter.all().key(key(nested(DEEP)))));
        letters.forEach(letter -> store.remove(letter).block(PATIENCE));
        assertEquals(List.of(), found(prepared(), DeadLetterFilter.all()));
    }

    @Test
    public void a_letter_that_is_there_is_not_added_again() {
        DeadLetterStore store = prepared();
        DeadLetter first = letter("a", 1, id(7), FAILURE);
        add(store, first);

        add(store, letter("a", 1, id(7), null));

        assertEquals(List.of(first), found(store, DeadLetterFilter.all()));
    }

    @Test
    public void a_letter_that_is_there_is_updated_and_no_other() {
        DeadLetterStore store = prepared();
        DeadLetter other = letter("a", 2, id(7), null);
        add(store, letter("a", 1, id(7), null), other);
        DeadLetter failed = letter("a", 1, id(7), FAILURE);

        store.update(failed).block(PATIENCE);
        store.update(letter("a", 3, id(7), FAILURE)).block(PATIENCE);

        assertEquals(List.of(failed, other), found(store, DeadLetterFilter.all()));
    }

    @Test
    public void a_letter_that_is_there_is_removed_and_no_other() {
        DeadLetterStore store = prepared();
        DeadLetter removed = letter("a", 1, id(7), FAILURE);
        DeadLetter other = letter("b", 1, id(7), FAILURE);
        add(store, removed, other);

        store.remove(removed).block(PATIENCE);
        store.remove(removed).block(PATIENCE);

        assertEquals(List.of(other), found(prepared(), DeadLetterFilter.all()));
    }

    @Test
    public void a_letter_is_removed_once_and_no_other() {
        DeadLetterStore store = prepared();
        DeadLetter removed = letter("a", 1, id(7), FAILURE);
        DeadLetter other = letter("b", 1, id(7), FAILURE);
        add(store, removed, other);

        assertEquals(true, store.removeIfPresent(removed).block(PATIENCE));
        assertEquals(false, store.removeIfPresent(removed).block(PATIENCE));
        assertEquals(List.of(other), found(prepared(), DeadLetterFilter.all()));
    }

    @Test
    public void letters_are_found_by_handler_and_then_by_token_page_by_page() {
        DeadLetterStore store = prepared();
        List<DeadLetter> sorted = IntStream.range(0, 40)
                .mapToObj(n -> letter(n < 20 ? "a" : "b", 100 + n % 20, id(n % 7), FAILURE))
                .toList();
        IntStream.range(0, 40).mapToObj(n -> sorted.get(n * 17 % 40)).forEach(letter -> add(store, letter));

        assertEquals(sorted, found(store, DeadLetterFilter.all()));
        assertEquals(sorted.subList(0, 3), found(store, null, 3));
        assertEquals(sorted.subList(18, 23), found(store, sorted.get(17), 5));
        store.remove(sorted.get(17)).block(PATIENCE);
        assertEquals(sorted.subList(18, 23), found(store, sorted.get(17), 5));
        assertEquals(List.of(), found(store, sorted.get(39), 5));
    }

    @Test
    public void each_condition_of_a_filter_must_hold() {
        DeadLetterStore store = prepared();
        DeadLetter one = letter("a", 1, id(7), FAILURE);
        DeadLetter two = letter("a", 2, id(7), null);
        DeadLetter three = letter("b", 3, id(8), new Failure(IllegalStateException.class.getName(), "x", ""));
        DeadLetter four = new DeadLetter("b", token(4), null, event(id(0)), FAILURE, 1, TIME, TIME);
        add(store, one, two, three, four);
        DeadLetterFilter all = DeadLetterFilter.all();

        assertEquals(List.of(two), found(store, DeadLetterFilter.withId(two.id())));
        assertEquals(List.of(three, four), found(store, DeadLetterFilter.ofHandler("b")));
        assertEquals(List.of(one, two), found(store, all.document(new MongoNamespace("d.c"), id(7))));
        assertEquals(List.of(), found(store, all.document(new MongoNamespace("d.other"), id(7))));
        assertEquals(List.of(three), found(store, all.failure(IllegalStateException.class)));
        assertEquals(List.of(), found(store, all.failure(RuntimeException.class)));
        assertEquals(List.of(two), found(store, all.waiting()));
        assertEquals(List.of(one), found(store, all.failed().key(key(id(7)))));
        assertEquals(List.of(), found(store, all.waiting().handler("b")));
        assertEquals(List.of(three), found(store, all.documentIds(List.of(new BsonInt64(8), new BsonString("8")))));
    }

    @Test
    public void letters_of_a_time_are_those_of_their_last_attempt() {
        DeadLetterStore store = prepared();
        DeadLetter before = letter("a", 1, id(7), FAILURE);
        Instant later = TIME.plusSeconds(60);
        DeadLetter after = new DeadLetter("a", token(2), key(id(8)), event(id(8)), FAILURE, 2, TIME, later);
        add(store, before, after);
        DeadLetterFilter all = DeadLetterFilter.all();

        assertEquals(List.of(before), found(store, all.between(TIME, later)));
        assertEquals(List.of(after), found(store, all.between(later, null)));
        assertEquals(List.of(), found(store, all.between(null, TIME)));
    }

    @Test
    public void a_document_is_the_same_whatever_type_its_number_has() {
        DeadLetterStore store = prepared();
        add(store, letter("a", 1, id(7), FAILURE), letter("a", 2, new BsonInt64(7), null));
        add(store, letter("a", 3, new BsonDocument("x", new BsonDouble(1)), null));
        add(store, letter("a", 4, new BsonDecimal128(Decimal128.parse("7.00000000000000000000001")), null));

        for (BsonValue seven : List.of(new BsonDouble(7), new BsonDecimal128(Decimal128.parse("7.0")))) {
            assertEquals(2, found(store, DeadLetterFilter.all().key(key(seven))).size());
        }
        assertEquals(
                1,
                found(store, DeadLetterFilter.all().key(key(new BsonDocument("x", id(1)))))
                        .size());
        assertEquals(3, store.blockedKeys(Set.of("a")).count().block(PATIENCE));
    }

    @Test
    public void a_document_with_letters_is_blocked_by_the_first_of_them() {
        DeadLetterStore store = prepared();
        add(store, letter("a", 5, id(7), FAILURE), letter("a", 3, id(7), null), letter("a", 4, id(8), FAILURE));
        add(store, letter("b", 2, id(7), FAILURE), letter("c", 1, id(7), FAILURE));
        add(store, new DeadLetter("a", token(1), null, event(id(0)), FAILURE, 1, TIME, TIME));
        BlockedKey seven = new BlockedKey("a", key(id(7)), token(3), true);
        BlockedKey eight = new BlockedKey("a", key(id(8)), token(4), false);

        assertEquals(
                Set.of(seven, eight, new BlockedKey("b", key(id(7)), token(2), false)),
                store.blockedKeys(List.of("a", "b", "unknown"))
                        .collect(Collectors.toSet())
                        .block(PATIENCE));
        assertEquals(3, store.blockedKeys(List.of("a", "b")).count().block(PATIENCE));
        assertEquals(0, store.blockedKeys(List.of()).count().block(PATIENCE));
        assertEquals(seven, store.blockedKey("a", key(id(7))).block(PATIENCE));
        assertEquals(eight, store.blockedKey("a", key(id(8))).block(PATIENCE));
        assertEquals(null, store.blockedKey("b", key(id(8))).block(PATIENCE));
        assertEquals(null, store.blockedKey("unknown", key(id(7))).block(PATIENCE));
    }

    @Test
    public void of_letters_that_are_added_at_the_same_time_none_is_lost() {
        DeadLetterStore store = prepared();

        Flux.range(0, 100)
                .flatMap(
                        n -> store.add(letter("a", n % 50, id(n % 50), FAILURE)).subscribeOn(Schedulers.parallel()))
                .blockLast(PATIENCE);

        assertEquals(50, store.count(DeadLetterFilter.all()).block(PATIENCE));
    }

    @Test
    public void nothing_happens_before_somebody_subscribes() {
        DeadLetterStore store = prepared();
        DeadLetter there = letter("a", 1, id(1), null);
        add(store, there);

        Mono<Void> add = store.add(letter("a", 2, id(2), null));
        store.update(letter("a", 1, id(1), FAILURE));
        store.remove(there);
        store.removeIfPresent(there);

        assertEquals(List.of(there), found(store, DeadLetterFilter.all()));
        add.block(PATIENCE);
        assertEquals(2, store.count(DeadLetterFilter.all()).block(PATIENCE));
    }

    private DeadLetterStore prepared() {
        DeadLetterStore store = open();
        store.prepare().block(PATIENCE);
        return store;
    }

    private static void add(DeadLetterStore store, DeadLetter... letters) {
        for (DeadLetter letter : letters) {
            store.add(letter).block(PATIENCE);
        }
    }

    /** What is found must be what is counted. */
    private static List<DeadLetter> found(DeadLetterStore store, DeadLetterFilter filter) {
        List<DeadLetter> found =
                requireNonNull(store.find(filter, null, 1000).collectList().block(PATIENCE));
        assertEquals(found.size(), store.count(filter).block(PATIENCE));
        return found;
    }

    private static List<DeadLetter> found(DeadLetterStore store, @Nullable DeadLetter after, int limit) {
        return requireNonNull(
                store.find(DeadLetterFilter.all(), after, limit).collectList().block(PATIENCE));
    }

    private static DeadLetter letter(String handlerId, int token, BsonValue id, @Nullable Failure failure) {
        int attempts = failure == null ? 0 : 1;
        return new DeadLetter(handlerId, token(token), key(id), event(id), failure, attempts, TIME, TIME);
    }

    private static String token(int n) {
        return "82%08X".formatted(n);
    }

    private static BsonValue id(int n) {
        return new BsonInt32(n);
    }

    private static BsonDocument key(BsonValue id) {
        return new BsonDocument("db", new BsonString("d"))
                .append("coll", new BsonString("c"))
                .append("_id", id);
    }

    private static BsonDocument event(BsonValue id) {
        return new BsonDocument("_id", new BsonDocument("_data", new BsonString("82")))
                .append("operationType", new BsonString("delete"))
                .append("documentKey", new BsonDocument("_id", id));
    }

    private static BsonDocument nested(int levels) {
        BsonDocument document = new BsonDocument();
        for (int level = 1; level < levels; level++) {
            document = new BsonDocument("a", document);
        }
        return document;
    }
}
