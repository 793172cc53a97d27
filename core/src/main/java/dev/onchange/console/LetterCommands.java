package dev.onchange.console;

import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetters;
import dev.onchange.deadletter.Replayed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What operators do with dead letters: replay and discard some that they name, or all that meet a filter. */
final class LetterCommands {

    private final StatusView status;
    private final OperatorActions operations;
    private final ReplayJobs jobs;

    LetterCommands(StatusView status, OperatorActions operations, ReplayJobs jobs) {
        this.status = status;
        this.operations = operations;
        this.jobs = jobs;
    }

    void addTo(ApiRoutes routes) {
        routes.act("letters/replay", this::replay).act("letters/discard", this::discard);
    }

    private DeadLetters letters() {
        return status.listeners().deadLetters();
    }

    private ConsoleReply replay(ApiCall call) {
        BsonDocument body = call.body();
        List<String> ids = ids(body);
        Duration pause = pause(body);
        String which = which(body);
        String job = operations.run(call, "replay", handlerOf(body), which, () -> {
            DeadLetterFilter filter = ids.isEmpty() ? filter(body) : DeadLetterFilter.all();
            Instant now = status.time();
            long total = ids.isEmpty() ? count(filter) : ids.size();
            Mono<Long> left = ids.isEmpty() ? letters().count(before(filter, now)) : Mono.empty();
            Function<Publisher<?>, Flux<Replayed>> replay = ids.isEmpty()
                    ? stop -> letters().replay(filter, pause, stop)
                    : stop -> Flux.fromIterable(ids)
                            .takeUntilOther(stop)
                            .concatMap(id -> letters().replay(DeadLetterFilter.withId(id), pause), 1);
            return jobs.start(
                    new ReplayJob.Asked(call.by(), which, now, total, left),
                    replay,
                    said -> operations.note(call.by(), "replay ended", handlerOf(body), said));
        });
        return ConsoleReply.json(200, new JsonObject().put("job", job).text());
    }

    /** Letters that are tried again have a later time, handled ones are gone. */
    private static DeadLetterFilter before(DeadLetterFilter filter, Instant time) {
        Instant end = filter.to();
        return filter.between(filter.from(), end == null || end.isAfter(time) ? time : end);
    }

    private ConsoleReply discard(ApiCall call) {
        BsonDocument body = call.body();
        List<String> ids = ids(body);
        // What becomes a letter after it was counted is not meant.
        DeadLetterFilter filter = ids.isEmpty() ? upToNow(filter(body)) : DeadLetterFilter.all();
        long meant = ids.isEmpty() ? count(filter) : ids.size();
        if (!String.valueOf(meant).equals(ApiCall.text(body, "confirm"))) {
            throw new Refusal(
                    409, "CONFIRM", meant + " letters would be lost; confirm is that number, as typed by an operator.");
        }
        Long discarded = operations.run(
                call,
                "discard",
                handlerOf(body),
                which(body),
                () -> (ids.isEmpty()
                                ? letters().discard(filter)
                                : Flux.fromIterable(ids)
                                        .concatMap(id -> letters().discard(DeadLetterFilter.withId(id)), 1)
                                        .reduce(0L, Long::sum))
                        .block(LettersResource.ANSWER.multipliedBy(10)));
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .put("discarded", Objects.requireNonNull(discarded))
                        .text());
    }

    private DeadLetterFilter upToNow(DeadLetterFilter filter) {
        return filter.to() == null ? filter.between(filter.from(), status.time().plusSeconds(1)) : filter;
    }

    private long count(DeadLetterFilter filter) {
        return Objects.requireNonNull(letters().count(filter).block(LettersResource.ANSWER));
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

    private static DeadLetterFilter filter(BsonDocument body) {
        BsonDocument filter = filterOf(body);
        return LetterQuery.filter(name -> text(filter, name));
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

    private static String which(BsonDocument body) {
        BsonDocument which = new BsonDocument();
        body.forEach((name, value) -> {
            if (!name.equals("confirm")) {
                which.append(name, value);
            }
        });
        String text = JsonObject.textOf(which);
        return text.length() > 500 ? text.substring(0, 500) + "…" : text;
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
