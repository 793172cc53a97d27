package dev.onchange.console;

import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetters;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Dead letters, a page of them at a time, and one with all that it has. */
final class LettersResource {

    private static final int PAGE = 100;

    /** A store that is away is not waited for longer. */
    static final Duration ANSWER = Duration.ofSeconds(30);

    /** Counting what no index knows takes long: then the page comes without the number. */
    private static final Duration COUNT = Duration.ofSeconds(2);

    private final DeadLetters letters;
    private final PayloadMask mask;

    LettersResource(DeadLetters letters, PayloadMask mask) {
        this.letters = letters;
        this.mask = mask;
    }

    void addTo(ApiRoutes routes) {
        routes.get("letters", this::page).get("letters/{id}", this::letter);
    }

    private ConsoleReply page(ApiCall call) {
        DeadLetterFilter filter = LetterQuery.filter(call::parameter);
        int limit = call.number("limit", PAGE, 1, PAGE);
        Mono<BsonValue> count =
                letters.count(filter).<BsonValue>map(BsonInt64::new).timeout(COUNT, Mono.just(org.bson.BsonNull.VALUE));
        var page = letters.page(filter, LetterQuery.after(call.parameter("after")), limit + 1)
                .collectList()
                .zipWith(count)
                .block(ANSWER);
        List<DeadLetter> found = Objects.requireNonNull(page).getT1();
        List<DeadLetter> shown = found.subList(0, Math.min(limit, found.size()));
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .set("total", page.getT2())
                        .put("next", found.size() > limit ? LetterQuery.cursor(shown.get(limit - 1)) : null)
                        .put("letters", shown.stream().map(LettersResource::row).toList())
                        .text());
    }

    private ConsoleReply letter(ApiCall call) {
        String id = call.variable("id");
        DeadLetter letter =
                letters.page(DeadLetterFilter.withId(id), null, 1).next().block(ANSWER);
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
                                        : letter.failure().stack())
                        .put("firstAt", letter.firstAt())
                        .put("token", letter.token())
                        .text());
    }

    private static JsonObject row(DeadLetter letter) {
        BsonDocument event = letter.event();
        BsonDocument key = letter.key();
        return new JsonObject()
                .put("id", letter.id())
                .put("handler", letter.handlerId())
                .put("at", letter.lastAt())
                .set("document", key)
                .put("collection", collection(event))
                .put("operation", text(event.get("operationType")))
                .put(
                        "exception",
                        letter.failure() == null ? null : letter.failure().type())
                .put(
                        "message",
                        letter.failure() == null ? null : letter.failure().message())
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
