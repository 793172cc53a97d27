package dev.onchange.console;

import dev.onchange.ChangeListeners;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.Lag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** What operators do with a handler: each is noted in the journal with who did it. */
final class HandlerCommands {

    private final StatusView status;
    private final OperatorActions operations;

    HandlerCommands(StatusView status, OperatorActions operations) {
        this.status = status;
        this.operations = operations;
    }

    void addTo(ApiRoutes routes) {
        ChangeListeners listeners = status.listeners();
        routes.act("handlers/{id}/pause", call -> run(call, "pause", () -> listeners.pause(id(call))))
                .act("handlers/{id}/resume", call -> run(call, "resume", () -> listeners.resume(id(call))))
                .get("handlers/{id}/rewind", this::warning)
                .act("handlers/{id}/rewind", this::rewind)
                .act("handlers/{id}/snapshot", this::snapshot)
                .act(
                        "handlers/{id}/snapshot/pause",
                        call -> run(call, "snapshot pause", () -> listeners.pauseSnapshot(id(call))))
                .act(
                        "handlers/{id}/snapshot/resume",
                        call -> run(call, "snapshot resume", () -> listeners.resumeSnapshot(id(call))))
                .act(
                        "handlers/{id}/snapshot/cancel",
                        call -> run(call, "snapshot cancel", () -> listeners.cancelSnapshot(id(call))));
    }

    private static String id(ApiCall call) {
        return call.variable("id");
    }

    private ConsoleReply run(ApiCall call, String action, Runnable command) {
        return run(call, action, "", command);
    }

    private ConsoleReply run(ApiCall call, String action, String how, Runnable command) {
        status.handler(id(call));
        operations.run(call, action, id(call), how, command);
        status.changed();
        return ConsoleReply.json(200, new JsonObject().put("done", true).text());
    }

    /** What a rewind would bring again, before it is done. */
    private ConsoleReply warning(ApiCall call) {
        HandlerStatus handler = status.handler(id(call));
        Instant time = rewindTime(call.required("time"));
        List<String> sentences = new ArrayList<>();
        if (time.isAfter(status.time())) {
            sentences.add("This time is still to come: changes before it would not be handled.");
        }
        if (handler.position() != null) {
            Instant at = Instant.ofEpochSecond(
                    Integer.toUnsignedLong(handler.position().clusterTime().getTime()));
            sentences.add(
                    time.isBefore(at)
                            ? "All matching changes of " + span(Duration.between(time, at))
                                    + " come again, those included that were handled; what the handler does must bear"
                                    + " repetition."
                            : "Matching changes of " + span(Duration.between(at, time)) + " are passed over.");
        }
        Lag lag = handler.lag();
        if (lag != null && lag.window() != null && time.isBefore(status.time().minus(lag.window()))) {
            sentences.add("The oplog reaches back " + span(lag.window())
                    + " only: the rewind is refused, or what is older is lost, as the listeners are set up.");
        }
        return ConsoleReply.json(
                200,
                new JsonObject().put("warning", String.join(" ", sentences)).text());
    }

    private static Instant rewindTime(String text) {
        Instant time = ApiCall.timeOf("time", text);
        if (time.getEpochSecond() < 0 || time.getEpochSecond() > Integer.MAX_VALUE) {
            throw Refusal.badRequest("The time of a rewind is between 1970 and 2038, as MongoDB counts it.");
        }
        return time;
    }

    private static String span(Duration duration) {
        long seconds = duration.toSeconds();
        return seconds < 120
                ? seconds + " seconds"
                : seconds < 7200
                        ? seconds / 60 + " minutes"
                        : seconds < 172_800 ? seconds / 3600 + " hours" : seconds / 86_400 + " days";
    }

    private ConsoleReply rewind(ApiCall call) {
        BsonDocument body = call.body();
        String time = ApiCall.text(body, "time");
        String token = ApiCall.text(body, "token");
        if ((time == null) == (token == null)) {
            throw Refusal.badRequest("A rewind goes to a time or to a token.");
        }
        ChangeListeners listeners = status.listeners();
        if (time != null) {
            Instant instant = rewindTime(time);
            return run(call, "rewind", "to " + instant, () -> listeners.rewind(id(call), instant));
        }
        BsonDocument resumeToken = String.valueOf(token).startsWith("{")
                ? ApiCall.parsed("token", String.valueOf(token))
                : new BsonDocument("_data", new BsonString(String.valueOf(token)));
        return run(call, "rewind", "to the token " + token, () -> listeners.rewind(id(call), resumeToken));
    }

    private ConsoleReply snapshot(ApiCall call) {
        BsonValue filters = call.body().get("filters", new BsonArray());
        if (!filters.isArray() || !filters.asArray().stream().allMatch(BsonValue::isString)) {
            throw Refusal.badRequest("filters is a list of texts, each MQL over the event.");
        }
        String[] texts = filters.asArray().stream()
                .map(filter -> filter.asString().getValue())
                .toArray(String[]::new);
        for (String text : texts) {
            TypedFilter.parsed(text);
        }
        String how = texts.length == 0 ? "" : "of what matches " + String.join(" and ", texts);
        return run(call, "snapshot", how, () -> status.listeners().snapshot(id(call), texts));
    }
}
