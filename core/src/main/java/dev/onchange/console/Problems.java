package dev.onchange.console;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.PluginStatus;
import dev.onchange.status.PositionsStatus;
import dev.onchange.status.StreamStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an operator should know of a status, the worst first. */
final class Problems {

    /** More would not be read. */
    private static final int MOST = 200;

    /** A handler that has failed, and is at a change for longer, is not on its way. */
    private static final Duration TRYING = Duration.ofSeconds(10);

    private final PayloadMask mask;
    private final List<JsonObject> all = new ArrayList<>();

    private Problems(PayloadMask mask) {
        this.mask = mask;
    }

    /** @param mask hides what is redacted in what failures say */
    static List<JsonObject> of(ListenersStatus status, PayloadMask mask) {
        Problems problems = new Problems(mask);
        status.streams().forEach(problems::stream);
        PositionsStatus positions = status.positions();
        if (positions.phase() == PositionsStatus.Phase.FAILING) {
            problems.add("positions", "They are not saved: ", positions.reason(), null);
        }
        if (!status.cluster().heard()) {
            problems.add(
                    "state database",
                    "It was not heard within the lease: no call begins until it is. Nothing is lost meanwhile; see whether the"
                            + " server has a primary and can be reached.",
                    null,
                    null);
        }
        status.plugins().stream()
                .filter(plugin -> plugin.phase() != PluginStatus.Phase.ACTIVE)
                .forEach(plugin -> problems.add(plugin.name(), "Refused: ", plugin.refusal(), null));
        status.handlers().forEach(problems::handler);
        return problems.all.subList(0, Math.min(MOST, problems.all.size()));
    }

    private void stream(StreamStatus stream) {
        if (stream.phase() == StreamStatus.Phase.FAILED || stream.phase() == StreamStatus.Phase.REOPENING) {
            String what =
                    stream.phase() == StreamStatus.Phase.FAILED ? "The stream has ended: " : "It is opened again: ";
            add(stream.name(), what, stream.reason(), stream.since());
        }
    }

    private void handler(HandlerStatus handler) {
        Throwable reason = handler.reason();
        if (!OverviewResource.isWell(handler) || reason != null) {
            addHandler(handler, String.join(" ", handler.health().reasons()) + (reason == null ? "" : " "), reason);
        } else if (handler.lastFailure() != null && handler.oldestUnsettled().compareTo(TRYING) > 0) {
            String since = "The oldest change that is with it has waited for "
                    + handler.oldestUnsettled().truncatedTo(ChronoUnit.SECONDS) + ". Its last failure: ";
            addHandler(handler, since, handler.lastFailure());
        }
    }

    private void addHandler(HandlerStatus handler, String what, @Nullable Throwable reason) {
        all.add(json(handler.id(), what, reason).put("handler", true));
    }

    private void add(String subject, String what, @Nullable Throwable reason, @Nullable Instant since) {
        all.add(json(subject, what, reason).put("handler", false).put("since", since));
    }

    private JsonObject json(String subject, String what, @Nullable Throwable reason) {
        return new JsonObject()
                .put("code", code(reason))
                .put("subject", subject)
                .put("message", what + (reason == null ? "" : mask.text(said(reason))));
    }

    static @Nullable String code(@Nullable Throwable reason) {
        return reason instanceof OnChangeException known
                ? known.problems().get(0).code().id()
                : null;
    }

    /** What a failure says; of those of the catalogue without the code, which stands beside it. */
    static String said(Throwable reason) {
        if (reason instanceof OnChangeException known) {
            Problem problem = known.problems().get(0);
            return problem.what() + " " + problem.todo();
        }
        return reason.toString();
    }
}
