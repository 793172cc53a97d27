package dev.onchange.console;

import dev.onchange.ChangeFilter;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Dead letters, a page of them at a time, and one with all that it has. */
final class LettersResource {

    private static final int PAGE = 100;

    /** A store that is away is not waited for longer by whoever looks. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** Counting what no index knows takes long: then the page comes without the number. */
    private static final Duration COUNT = Duration.ofSeconds(2);

    /** In characters, of a row of a page; the letter itself shows all. */
    private static final int LONGEST_MESSAGE = 1_000;

    /** In characters: ids of documents may be large, and then a page has fewer letters. */
    private static final int LARGEST_PAGE = 1_000_000;

    private final DeadLetters letters;
    private final PayloadMask mask;
    private final LetterSearch search;
    private final OperatorActions operations;

    LettersResource(DeadLetters letters, PayloadMask mask, LetterSearch search, OperatorActions operations) {
        this.letters = letters;
        this.mask = mask;
        this.search = search;
        this.operations = operations;
    }

    void addTo(ApiRoutes routes) {
        routes.get("letters", this::page).get("letters/{id}", this::letter);
    }

    private ConsoleReply page(ApiCall call) {
        DeadLetterFilter filter = LetterQuery.filter(call::parameter);
        if (call.parameter("document") != null) {
            LetterQuery.requireMayName(call, mask);
        }
        int limit = call.number("limit", PAGE, 1, PAGE);
        String match = call.parameter("match");
        if (match != null) {
            return searched(call, filter, match, limit);
        }
        Mono<BsonValue> count =
                letters.count(filter).<BsonValue>map(BsonInt64::new).timeout(COUNT, Mono.just(org.bson.BsonNull.VALUE));
        AtomicLong size = new AtomicLong();
        // Of each letter only the row is kept: its event may have 16 MB.
        var page = StoreAnswer.of(
                letters.page(filter, LetterQuery.after(call.parameter("after"), this::find), limit + 1)
                        .map(this::line)
                        .takeUntil(row -> size.addAndGet(row.size) > LARGEST_PAGE)
                        .collectList()
                        .zipWith(count),
                ANSWER);
        List<Row> found = Objects.requireNonNull(page).getT1();
        List<Row> shown = found.subList(0, Math.min(limit, found.size()));
        boolean more = found.size() > limit || size.get() > LARGEST_PAGE;
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .set("total", page.getT2())
                        .put("next", more ? shown.get(shown.size() - 1).cursor : null)
                        .put("letters", shown.stream().map(Row::json).toList())
                        .text());
    }

    /** How many match is told if all letters were looked at for this page. */
    private ConsoleReply searched(ApiCall call, DeadLetterFilter which, String match, int limit) {
        ChangeFilter filter = search.filter(call, match);
        operations.look(call.by(), "search letters", which.handlerId(), TypedFilter.noted(match));
        DeadLetter after = LetterQuery.after(call.parameter("after"), this::find);
        Rows rows = new Rows(limit, this::line);
        LetterSearch.Looked looked = search.look(which, filter, after, rows);
        Long total = looked.total();
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .set("total", total == null ? null : new BsonInt64(total))
                        .put("lookedAt", looked.count())
                        .put("next", looked.next())
                        .put("letters", rows.found.stream().map(Row::json).toList())
                        .text());
    }

    private @Nullable DeadLetter find(String id) {
        return StoreAnswer.of(letters.page(DeadLetterFilter.withId(id), null, 1).next(), ANSWER);
    }

    /** @param size in characters, of what may be large */
    private record Row(String cursor, JsonObject json, int size) {}

    private Row line(DeadLetter letter) {
        JsonObject json = row(letter).put("message", cut(message(letter)));
        int size = letter.key() == null ? 0 : JsonObject.textOf(letter.key()).length();
        return new Row(LetterQuery.cursor(letter, mask), json, size);
    }

    /** Those of one page. */
    private static final class Rows implements LetterSearch.Page {

        private final int limit;
        private final Function<DeadLetter, Row> line;
        private final List<Row> found = new ArrayList<>();
        private long size;

        Rows(int limit, Function<DeadLetter, Row> line) {
            this.limit = limit;
            this.line = line;
        }

        @Override
        public void accept(DeadLetter letter) {
            Row row = line.apply(letter);
            found.add(row);
            size += row.size;
        }

        @Override
        public boolean isFull() {
            return found.size() >= limit || size > LARGEST_PAGE;
        }
    }

    private static @Nullable String cut(@Nullable String text) {
        return text == null || text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE) + "…";
    }

    private @Nullable String message(DeadLetter letter) {
        String message = letter.failure() == null ? null : letter.failure().message();
        return message == null ? null : mask.text(message);
    }

    private ConsoleReply letter(ApiCall call) {
        String id = call.variable("id");
        DeadLetter letter = find(id);
        if (letter == null) {
            throw Refusal.notFound("There is no dead letter " + id + ": it may have been replayed or discarded.");
        }
        return ConsoleReply.json(
                200,
                row(letter)
                        .set("event", mask.event(letter.event()))
                        .put(
                                "stack",
                                letter.failure() == null
                                        ? null
                                        : mask.text(letter.failure().stack()))
                        .put("firstAt", letter.firstAt())
                        .put("token", mask.hidesIds() ? null : letter.token())
                        .text());
    }

    private JsonObject row(DeadLetter letter) {
        BsonDocument event = letter.event();
        BsonDocument key = letter.key();
        return new JsonObject()
                .put("id", letter.id())
                .put("handler", letter.handlerId())
                .put("at", letter.lastAt())
                .set("document", key == null ? null : mask.key(key))
                .put("collection", collection(event))
                .put("operation", text(event.get("operationType")))
                .put(
                        "exception",
                        letter.failure() == null ? null : letter.failure().type())
                .put("message", message(letter))
                .put("attempts", letter.attempts())
                .put("state", letter.parked() ? "PARKED" : "DEAD");
    }

    private static String collection(BsonDocument event) {
        BsonValue ns = event.get("ns");
        if (ns instanceof BsonDocument names) {
            return text(names.get("db")) + (names.containsKey("coll") ? "." + text(names.get("coll")) : "");
        }
        return "";
    }

    private static String text(@Nullable BsonValue value) {
        return value instanceof BsonString text ? text.getValue() : "";
    }
}
