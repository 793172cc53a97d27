package dev.onchange.console;

import dev.onchange.ChangeListeners;
import dev.onchange.DeclaredHandler;
import dev.onchange.checkpoint.Position;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenersStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One handler, with all that is known of it. */
final class HandlerResource {

    private final StatusView status;
    private final HandlersResource handlers;
    private final PayloadMask mask;

    HandlerResource(StatusView status, HandlersResource handlers, PayloadMask mask) {
        this.status = status;
        this.handlers = handlers;
        this.mask = mask;
    }

    void addTo(ApiRoutes routes) {
        routes.get("handlers/{id}", this::detail);
    }

    private ConsoleReply detail(ApiCall call) {
        String id = call.variable("id");
        ListenersStatus now = status.now();
        HandlerStatus handler = status.handler(id);
        Optional<DeclaredHandler> declared = declared(status.listeners(), id);
        return ConsoleReply.json(
                200,
                handlers.row(handler)
                        .put(
                                "declaration",
                                declared.map(HandlerResource::attributes).orElseGet(List::of))
                        .put("source", declared.map(DeclaredHandler::source).orElse(null))
                        .put("counts", counts(handler))
                        .put("position", position(handler.position()))
                        .put("lag", lag(handler.lag()))
                        .put("lastFailure", failure(handler.lastFailure()))
                        .put("stopped", failure(handler.reason()))
                        .put("snapshot", JobsResource.snapshot(id, now, mask))
                        .put("history", status.history().points(id))
                        .text());
    }

    private static Optional<DeclaredHandler> declared(ChangeListeners listeners, String id) {
        return listeners.handlers().stream()
                .filter(handler -> handler.id().equals(id))
                .findFirst();
    }

    private static List<JsonObject> attributes(DeclaredHandler handler) {
        return handler.attributes().entrySet().stream()
                .map(HandlerResource::attribute)
                .toList();
    }

    private static JsonObject attribute(Map.Entry<String, String> attribute) {
        return new JsonObject().put("key", attribute.getKey()).put("value", attribute.getValue());
    }

    private static JsonObject counts(HandlerStatus handler) {
        HandlerStatus.Counts counts = handler.counts();
        return new JsonObject()
                .put("inScope", handler.inScope())
                .put("delivered", handler.delivered())
                .put("filtered", handler.filtered())
                .put("handled", counts.handled())
                .put("retried", counts.retried())
                .put("deadLettered", counts.deadLettered())
                .put("parked", counts.parked())
                .put("skipped", counts.skipped())
                .put("coalesced", counts.coalesced())
                .put("batches", counts.batches());
    }

    private @Nullable JsonObject position(@Nullable Position position) {
        return position == null
                ? null
                : new JsonObject()
                        .set(
                                "token",
                                position.token() == null || mask.hidesIds()
                                        ? null
                                        : position.token().get("_data"))
                        .put(
                                "time",
                                Instant.ofEpochSecond(Integer.toUnsignedLong(
                                        position.clusterTime().getTime())));
    }

    private static @Nullable JsonObject lag(@Nullable Lag lag) {
        return lag == null
                ? null
                : new JsonObject()
                        .put("behindMs", lag.behind())
                        .put("oplogLeftMs", lag.left())
                        .put("oplogWindowMs", lag.window());
    }

    private @Nullable JsonObject failure(@Nullable Throwable failure) {
        if (failure == null) {
            return null;
        }
        StringWriter stack = new StringWriter();
        failure.printStackTrace(new PrintWriter(stack));
        return new JsonObject()
                .put("type", failure.getClass().getName())
                .put("code", Problems.code(failure))
                .put("message", mask.text(String.valueOf(failure.getMessage())))
                .put("stack", mask.text(stack.toString()));
    }
}
