package dev.onchange.console;

import dev.onchange.deadletter.LetterCount;
import dev.onchange.status.HandlerHealth;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenersStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.bson.BsonInt64;
import org.jspecify.annotations.Nullable;

/** The handlers, a page of them at a time. */
final class HandlersResource {

    private static final int PAGE = 100;

    private static final int LARGEST_PAGE = 1_000;

    private static final Comparator<HandlerStatus> BY_ID = Comparator.comparing(HandlerStatus::id);

    private final StatusView status;
    private final PayloadMask mask;

    HandlersResource(StatusView status, PayloadMask mask) {
        this.status = status;
        this.mask = mask;
    }

    void addTo(ApiRoutes routes) {
        routes.get("handlers", this::list);
    }

    private ConsoleReply list(ApiCall call) {
        ListenersStatus now = status.now();
        String text = call.parameter("q");
        String wanted = text == null ? "" : text.toLowerCase(Locale.ROOT);
        HandlerStatus.Phase phase = call.constant("phase", HandlerStatus.Phase.class);
        List<HandlerStatus> found = now.handlers().stream()
                .filter(handler -> has(handler.id(), wanted) || has(owner(handler), wanted))
                .filter(handler -> phase == null || handler.phase() == phase)
                .sorted(order(call.parameter("sort")))
                .toList();
        int offset = call.number("offset", 0, 0, Integer.MAX_VALUE);
        int limit = call.number("limit", PAGE, 1, LARGEST_PAGE);
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .put("total", found.size())
                        .put(
                                "handlers",
                                found.stream()
                                        .skip(offset)
                                        .limit(limit)
                                        .map(this::row)
                                        .toList())
                        .text());
    }

    /** A minus in front turns the order round; what is equal comes by id. */
    private Comparator<HandlerStatus> order(@Nullable String sort) {
        if (sort == null) {
            return BY_ID;
        }
        boolean falling = sort.startsWith("-");
        Comparator<HandlerStatus> order = switch (falling ? sort.substring(1) : sort) {
            case "id" -> BY_ID;
            case "lag" -> Comparator.comparing(HandlersResource::behind);
            case "rate" -> Comparator.comparing(handler -> status.history().rate(handler.id()));
            case "letters" -> Comparator.comparing(HandlersResource::letters);
            case "owner" -> Comparator.comparing(this::owner);
            case "oldest" -> Comparator.comparing(HandlerStatus::oldestUnsettled);
            case "retried" -> Comparator.comparing(handler -> handler.counts().retried());
            case "inFlight" -> Comparator.comparing(HandlerStatus::inFlight);
            case "phase" -> Comparator.comparing(HandlerStatus::phase);
            case "health" -> Comparator.comparing(handler -> handler.health().level());
            default -> throw Refusal.badRequest("Handlers are not sorted by " + sort + ".");
        };
        return (falling ? order.reversed() : order).thenComparing(BY_ID);
    }

    private static boolean has(String text, String wanted) {
        return text.toLowerCase(Locale.ROOT).contains(wanted);
    }

    /** The name of the instance that has it; empty if none does. */
    private String owner(HandlerStatus handler) {
        return Objects.requireNonNullElse(status.owner(handler.id()), "");
    }

    private static Duration behind(HandlerStatus handler) {
        Lag lag = handler.lag();
        return lag == null ? Duration.ofNanos(-1) : lag.behind();
    }

    private static long letters(HandlerStatus handler) {
        return handler.letters() == null ? 0 : handler.letters().all();
    }

    /** What is shown of a handler in a list. */
    JsonObject row(HandlerStatus handler) {
        Lag lag = handler.lag();
        HandlerHealth health = handler.health();
        Throwable reason = handler.reason();
        LetterCount letters = handler.letters();
        return new JsonObject()
                .put("id", handler.id())
                .put("phase", handler.phase())
                .put("stream", handler.stream().isEmpty() ? null : handler.stream())
                .put("owner", status.owner(handler.id()))
                .put("ratePerSecond", status.history().rate(handler.id()))
                .put("lagMs", lag == null ? null : lag.behind())
                .put("oldestUnsettledMs", handler.oldestUnsettled())
                .put("inFlight", handler.inFlight())
                .put("retried", handler.counts().retried())
                .set("letters", letters == null ? null : new BsonInt64(letters.failed()))
                .set("parked", letters == null ? null : new BsonInt64(letters.parked()))
                .put("health", health.level())
                .put(
                        "reason",
                        !health.reasons().isEmpty()
                                ? String.join(" ", health.reasons())
                                : reason == null ? null : mask.text(Problems.said(reason)));
    }
}
