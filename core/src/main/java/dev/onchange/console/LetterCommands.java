package dev.onchange.console;

import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What operators do with dead letters: replay and discard some that they name, or all that meet a filter. */
final class LetterCommands {

    private static final Duration COUNT = Duration.ofSeconds(30);

    private static final Duration DISCARD = Duration.ofMinutes(5);

    private final StatusView status;
    private final OperatorActions operations;
    private final ReplayJobs jobs;
    private final LetterSearch search;
    private final PayloadMask mask;

    LetterCommands(
            StatusView status, OperatorActions operations, ReplayJobs jobs, LetterSearch search, PayloadMask mask) {
        this.status = status;
        this.operations = operations;
        this.jobs = jobs;
        this.search = search;
        this.mask = mask;
    }

    void addTo(ApiRoutes routes) {
        routes.act("letters/replay", this::replay).act("letters/discard", this::discard);
    }

    private ConsoleReply replay(ApiCall call) {
        BsonDocument body = call.body();
        Duration pause = pause(body);
        String which = which(body);
        String job = operations.run(call, "replay", handlerOf(body), which, () -> {
            MeantLetters meant = meant(call, body, null);
            Instant now = status.time();
            return jobs.start(
                    new ReplayJob.Asked(
                            call.by(),
                            which,
                            now,
                            count(meant),
                            meant.left(now),
                            () -> ReplayHindrance.of(status, handlerOf(body))),
                    stop -> meant.replay(pause, stop),
                    said -> operations.note(call.by(), "replay ended", handlerOf(body), said));
        });
        return ConsoleReply.json(200, new JsonObject().put("job", job).text());
    }

    private ConsoleReply discard(ApiCall call) {
        BsonDocument body = call.body();
        // What becomes a letter after it was counted is not meant.
        MeantLetters letters = meant(call, body, status.time().plusSeconds(1));
        long meant = count(letters);
        if (!String.valueOf(meant).equals(ApiCall.text(body, "confirm"))) {
            throw new Refusal(
                    409, "CONFIRM", meant + " letters would be lost; confirm is that number, as typed by an operator.");
        }
        Long discarded = operations.run(
                call, "discard", handlerOf(body), which(body), () -> StoreAnswer.of(letters.discard(), DISCARD));
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .put("discarded", Objects.requireNonNull(discarded))
                        .text());
    }

    /** @param end those that were there before, unless the operator names an end himself; null for all */
    private MeantLetters meant(ApiCall call, BsonDocument body, @Nullable Instant end) {
        DeadLetters letters = status.listeners().deadLetters();
        List<String> ids = ids(body);
        if (!ids.isEmpty()) {
            return new MeantLetters.ById(letters, ids);
        }
        BsonDocument given = filterOf(body);
        DeadLetterFilter filter = LetterQuery.filter(name -> text(given, name));
        DeadLetterFilter until = filter.to() == null && end != null ? filter.between(filter.from(), end) : filter;
        String match = text(given, "match");
        return match == null
                ? new MeantLetters.ByFilter(letters, until)
                : new MeantLetters.BySearch(letters, search, until, search.filter(call, match));
    }

    private static long count(MeantLetters letters) {
        Mono<Long> tooMany = Mono.error(() -> Refusal.badRequest("There are more letters than can be counted in "
                + COUNT.toSeconds() + " s: name the handler, a time or a document, too."));
        return Objects.requireNonNull(letters.count().timeout(COUNT, tooMany).block());
    }

    private static List<String> ids(BsonDocument body) {
        BsonValue ids = body.get("ids");
        if (ids == null) {
            return List.of();
        }
        if (!(ids instanceof BsonArray all) || all.isEmpty() || !all.stream().allMatch(BsonValue::isString)) {
            throw Refusal.badRequest("ids is a list of the ids of letters.");
        }
        return all.stream().map(id -> id.asString().getValue()).distinct().toList();
    }

    /** Nothing means nothing here: all letters are meant by an empty filter alone. */
    private static BsonDocument filterOf(BsonDocument body) {
        BsonValue filter = body.get("filter");
        if (filter instanceof BsonDocument given) {
            return given;
        }
        if (body.containsKey("document")) {
            return body;
        }
        throw Refusal.badRequest("Say which letters: ids, handler and document, or a filter.");
    }

    private static @Nullable String text(BsonDocument filter, String name) {
        return filter.get(name) instanceof BsonDocument object ? JsonObject.textOf(object) : ApiCall.text(filter, name);
    }

    private static @Nullable String handlerOf(BsonDocument body) {
        BsonValue filter = body.get("filter");
        return ApiCall.text(filter instanceof BsonDocument given ? given : body, "handler");
    }

    /** For people: it stays on the page of the jobs and in the journal. */
    private String which(BsonDocument body) {
        String text = mask.text(JsonObject.textOf(asked(body)));
        return text.length() > 500 ? text.substring(0, 500) + "…" : text;
    }

    private BsonDocument asked(BsonDocument body) {
        BsonDocument which = new BsonDocument();
        body.forEach((name, value) -> {
            if (name.equals("document") && mask.hidesIds()) {
                which.append(name, new BsonString("<redacted>"));
            } else if (!name.equals("confirm")) {
                which.append(name, value instanceof BsonDocument filter ? asked(filter) : value);
            }
        });
        return which;
    }

    private static Duration pause(BsonDocument body) {
        BsonValue rate = body.get("ratePerSecond");
        if (rate == null || rate.isNull()) {
            return Duration.ZERO;
        }
        if (!rate.isNumber() || !(rate.asNumber().doubleValue() > 0)) {
            throw Refusal.badRequest("ratePerSecond is a number above 0.");
        }
        return Duration.ofNanos((long) (1_000_000_000L / rate.asNumber().doubleValue()));
    }
}
