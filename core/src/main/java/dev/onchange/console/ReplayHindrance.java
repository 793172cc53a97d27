package dev.onchange.console;

import dev.onchange.status.HandlerStatus;
import dev.onchange.status.HandlerStatus.Phase;
import java.time.Duration;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What the letters of a replay wait for: the handler takes them in the order of its lanes, behind what it has received already. */
final class ReplayHindrance {

    private ReplayHindrance() {}

    /**
     * What is known of it here.
     *
     * @param handlerId the one whose letters are replayed; null if they may be those of any
     * @return null if nothing is known
     */
    static @Nullable JsonObject of(StatusView status, @Nullable String handlerId) {
        return status.now().handlers().stream()
                .filter(handler ->
                        handlerId == null ? hasLetters(handler) : handler.id().equals(handlerId))
                .filter(handler -> handler.phase() == Phase.ELSEWHERE || handler.inFlight() > 0)
                .max(Comparator.comparing(HandlerStatus::oldestUnsettled))
                .map(handler -> new JsonObject().put("handler", handler.id()).put("why", why(handler, status)))
                .orElse(null);
    }

    private static boolean hasLetters(HandlerStatus handler) {
        return handler.letters() != null && handler.letters().all() > 0;
    }

    private static String why(HandlerStatus handler, StatusView status) {
        if (handler.phase() == Phase.ELSEWHERE) {
            String owner = status.owner(handler.id());
            return (owner == null ? "Another instance" : owner)
                    + " has it; what it is at is known in the console there.";
        }
        Duration oldest = Duration.ofMillis(handler.oldestUnsettled().toMillis());
        return handler.inFlight() == 1
                ? "It has one change in flight, for " + oldest + ": other letters come after it."
                : "It has " + handler.inFlight() + " changes in flight, the oldest for " + oldest
                        + ": letters come after those that it has received before.";
    }
}
