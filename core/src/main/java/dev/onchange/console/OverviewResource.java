package dev.onchange.console;

import dev.onchange.deadletter.LetterCount;
import dev.onchange.status.HandlerHealth;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.StreamStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.BsonInt64;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** How everything fares, at a glance. */
final class OverviewResource {

    private final StatusView status;
    private final PayloadMask mask;

    OverviewResource(StatusView status, PayloadMask mask) {
        this.status = status;
        this.mask = mask;
    }

    void addTo(ApiRoutes routes) {
        routes.get("overview", this::overview);
    }

    private ConsoleReply overview(ApiCall call) {
        ListenersStatus now = status.now();
        Optional<LetterCount> letters = letters(now);
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .numbers("streams", byPhase(now.streams(), StreamStatus::phase))
                        .numbers("handlers", byPhase(now.handlers(), HandlerStatus::phase))
                        .put("worstLag", worstLag(now))
                        .put("leastOplogLeft", leastLeft(now))
                        .set("letters", number(letters.map(LetterCount::failed)))
                        .set("parked", number(letters.map(LetterCount::parked)))
                        .put("problems", Problems.of(now, mask))
                        .put("members", now.cluster().members().size())
                        .put("health", now.health())
                        .put("startedAt", status.startedAt())
                        .text());
    }

    /** Empty until they have been counted for the first time. */
    private static Optional<LetterCount> letters(ListenersStatus now) {
        return now.handlers().isEmpty()
                ? Optional.of(LetterCount.NONE)
                : now.handlers().stream()
                        .map(HandlerStatus::letters)
                        .filter(Objects::nonNull)
                        .reduce(LetterCount::and);
    }

    private static @Nullable BsonValue number(Optional<Long> number) {
        return number.map(BsonInt64::new).orElse(null);
    }

    private static <T> Map<String, Long> byPhase(List<T> all, Function<T, Enum<?>> phase) {
        return all.stream()
                .collect(Collectors.groupingBy(one -> phase.apply(one).name(), TreeMap::new, Collectors.counting()));
    }

    private static @Nullable JsonObject worstLag(ListenersStatus now) {
        return now.handlers().stream()
                .filter(handler -> handler.lag() != null)
                .max(Comparator.comparing(handler -> lag(handler).behind()))
                .map(handler -> new JsonObject()
                        .put("handler", handler.id())
                        .put("ms", lag(handler).behind()))
                .orElse(null);
    }

    private static @Nullable JsonObject leastLeft(ListenersStatus now) {
        return now.handlers().stream()
                .filter(handler -> left(handler.lag()) != null)
                .min(Comparator.comparing(handler -> Objects.requireNonNull(left(handler.lag()))))
                .map(handler -> new JsonObject().put("handler", handler.id()).put("ms", left(handler.lag())))
                .orElse(null);
    }

    private static Lag lag(HandlerStatus handler) {
        return Objects.requireNonNull(handler.lag());
    }

    private static @Nullable Duration left(@Nullable Lag lag) {
        return lag == null ? null : lag.left();
    }

    /** Whether a handler is worth a look. */
    static boolean isWell(HandlerStatus handler) {
        return handler.health().level() == HandlerHealth.Level.UP;
    }
}
