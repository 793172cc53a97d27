package dev.onchange.console;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeFilter;
import java.time.Duration;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Tries a filter: what the framework's parser says of it, and which of the changes that come it matches. */
final class TailResource {

    private final ChangeTap tap;
    private final FilterAnswers answers;
    private final ServerAnswers server;
    private final EventStreams streams;
    private final OperatorActions operations;

    TailResource(
            ChangeTap tap,
            FilterAnswers answers,
            ServerAnswers server,
            EventStreams streams,
            OperatorActions operations) {
        this.tap = tap;
        this.answers = answers;
        this.server = server;
        this.streams = streams;
        this.operations = operations;
    }

    void addTo(ApiRoutes routes) {
        routes.ask("tail/check", this::check).get("tail", this::tail);
    }

    private ConsoleReply check(ApiCall call) {
        BsonDocument body = call.body();
        String match = ApiCall.text(body, "match");
        ChangeFilter filter = TypedFilter.parsed(match);
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
                ? "every condition can be answered here, but it can fail on some events: a handler with it gets a"
                        + " stream of its own"
                : "every condition can be answered here as the server answers it, so handlers with it share a stream;"
                        + " the server leaves out what none of them wants";
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
        requireNames(database, collection);
        String match = call.parameter("match");
        ChangeFilter filter = TypedFilter.parsed(match);
        if (match != null) {
            TypedFilter.requireMayTry(call, answers.mask());
        }
        FullDocument fullDocument = fullDocument(call.parameter("fullDocument"));
        FilterAnswer answer = answers.of(filter);
        tap.requireRoom();
        OpenTails.Tail tail = tap.tail(database, collection, call.by());
        operations.look(
                call.by(),
                "tail",
                null,
                "of " + tail.namespace() + (match == null ? "" : ", " + TypedFilter.noted(match)));
        Flux<String> changes = tap.open(tail, fullDocument)
                .publishOn(answers.scheduler())
                .map(shown -> event(shown, answer))
                .concatWith(Flux.just(end("It has been open for 5 minutes.", false)))
                .onErrorResume(failure -> Flux.just(end(answers.mask().text(Problems.said(failure)), true)));
        return streams.reply(changes.publish(shared -> Flux.merge(
                shared, server.silence().map(TailResource::silence).takeUntilOther(shared.ignoreElements()))));
    }

    private static void requireNames(@Nullable String database, @Nullable String collection) {
        try {
            if (database != null) {
                MongoNamespace.checkDatabaseNameValidity(database);
            }
            if (collection != null) {
                MongoNamespace.checkCollectionNameValidity(collection);
            }
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("There can be no database or collection of this name: " + e.getMessage());
        }
    }

    private static String event(TapWindow.Shown shown, FilterAnswer answer) {
        if (shown instanceof TapWindow.Shown.Dropped dropped) {
            return EventStreams.event(
                    "dropped", new JsonObject().put("n", dropped.changes()).put("more", dropped.andMore()));
        }
        return EventStreams.event("change", answer.of(((TapWindow.Shown.Change) shown).event()));
    }

    private static String silence(Duration since) {
        return EventStreams.event("server", new JsonObject().put("silentMs", since));
    }

    private static String end(String reason, boolean failed) {
        return EventStreams.event("end", new JsonObject().put("reason", reason).put("failed", failed));
    }
}
