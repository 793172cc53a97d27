package dev.onchange.console;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeFilter;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** Tries a filter: what the framework's parser says of it, and which of the changes that come it matches. */
final class TailResource {

    private static final int LARGEST_MATCH = 64 * 1024;

    private static final int MOST = 4;

    private static final Pattern PLACE = Pattern.compile("line (\\d+), column (\\d+)");

    private final ChangeTap tap;
    private final StatusView status;
    private final PayloadMask mask;
    private final EventStreams streams;
    private final Scheduler evaluation;
    private final OperatorActions operations;
    private final Semaphore free = new Semaphore(MOST);

    /** @param evaluation where filters are answered, which may wait for the server */
    TailResource(
            ChangeTap tap,
            StatusView status,
            PayloadMask mask,
            EventStreams streams,
            Scheduler evaluation,
            OperatorActions operations) {
        this.tap = tap;
        this.status = status;
        this.mask = mask;
        this.streams = streams;
        this.evaluation = evaluation;
        this.operations = operations;
    }

    void addTo(ApiRoutes routes) {
        routes.ask("tail/check", this::check).get("tail", this::tail);
    }

    private ConsoleReply check(ApiCall call) {
        BsonDocument body = call.body();
        String match = ApiCall.text(body, "match");
        ChangeFilter filter = parsed(match);
        FullDocument fullDocument = fullDocument(ApiCall.text(body, "fullDocument"));
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .put("ok", true)
                        .put("whereEvaluated", filter.inProcess() ? "CLIENT" : "SERVER")
                        .put("why", why(filter))
                        .put(
                                "annotation",
                                AnnotationText.of(
                                        ApiCall.text(body, "database"),
                                        ApiCall.text(body, "collection"),
                                        fullDocument,
                                        match))
                        .text());
    }

    private static String why(ChangeFilter filter) {
        if (!filter.inProcess()) {
            return String.join("; ", filter.whyOnServer());
        }
        return filter.canFail()
                ? "every condition can be answered here, but it can fail on some events: a handler with it gets a stream of its"
                        + " own"
                : "every condition can be answered here as the server answers it, so handlers with it share a stream; the server"
                        + " leaves out what none of them wants";
    }

    /** @throws Refusal with the place of what is wrong */
    private static ChangeFilter parsed(@Nullable String match) {
        if (match != null && match.getBytes(StandardCharsets.UTF_8).length > LARGEST_MATCH) {
            throw new Refusal(413, "TOO_LARGE", "A filter has 64 KB at most.");
        }
        try {
            return ChangeFilter.parse(match == null ? "" : match);
        } catch (OnChangeException invalid) {
            Problem problem = invalid.problems().get(0);
            Matcher place = PLACE.matcher(problem.what());
            boolean known = place.find();
            throw new Refusal(
                    422,
                    problem.code().id(),
                    problem.what(),
                    known ? Integer.parseInt(place.group(1)) : 0,
                    known ? Integer.parseInt(place.group(2)) : 0);
        }
    }

    private static FullDocument fullDocument(@Nullable String name) {
        try {
            return name == null ? FullDocument.DEFAULT : FullDocument.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("There is no fullDocument " + name + ".");
        }
    }

    private ConsoleReply tail(ApiCall call) {
        String database = call.parameter("database");
        String collection = call.parameter("collection");
        if (database == null && collection != null) {
            throw Refusal.badRequest("A collection is one of a database.");
        }
        String match = call.parameter("match");
        ChangeFilter filter = parsed(match);
        if (match != null && mask.hidesValues() && call.level() != Access.Level.OPERATE) {
            // By enough filters whoever looks would find out every value that is masked.
            throw Refusal.forbidden("To try a filter on changes whose values are masked needs OPERATE, and you may "
                    + call.level() + ": whether it matches tells of the values.");
        }
        FullDocument fullDocument = fullDocument(call.parameter("fullDocument"));
        FilterAnswer answer = new FilterAnswer(filter, status.listeners().client(), mask);
        if (!free.tryAcquire()) {
            throw new Refusal(429, "TOO_MANY", MOST + " tails are open already; close one.");
        }
        operations.note(call.by(), "tail", null, "of " + namespace(database, collection) + tried(match));
        Flux<String> events = tap.open(database, collection, fullDocument)
                .publishOn(evaluation)
                .map(shown -> event(shown, answer))
                .concatWith(Flux.just(end("It has been open for 5 minutes.")))
                .onErrorResume(failure -> Flux.just(end(Problems.said(failure))));
        return released(streams, events);
    }

    private ConsoleReply released(EventStreams all, Flux<String> events) {
        try {
            return all.reply(events.doFinally(end -> free.release()));
        } catch (Refusal full) {
            free.release();
            throw full;
        }
    }

    private static String namespace(@Nullable String database, @Nullable String collection) {
        return (database == null ? "*" : database) + "." + (collection == null ? "*" : collection);
    }

    private static String tried(@Nullable String match) {
        return match == null
                ? ""
                : ", with the filter " + (match.length() > 500 ? match.substring(0, 500) + "…" : match);
    }

    private static String event(TapWindow.Shown shown, FilterAnswer answer) {
        if (shown instanceof TapWindow.Shown.Dropped dropped) {
            return EventStreams.event(
                    "dropped", new JsonObject().put("n", dropped.changes()).put("more", dropped.andMore()));
        }
        return EventStreams.event("change", answer.of(((TapWindow.Shown.Change) shown).event()));
    }

    private static String end(String reason) {
        return EventStreams.event("end", new JsonObject().put("reason", reason));
    }
}
