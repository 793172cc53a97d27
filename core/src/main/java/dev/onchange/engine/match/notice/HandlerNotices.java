package dev.onchange.engine.match.notice;

import dev.onchange.engine.match.Match;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Why a sound handler may never be called, or is called with what it cannot want. */
public final class HandlerNotices {

    private HandlerNotices() {}

    /**
     * Each with its code, place and what to do; none is a reason to refuse the handler.
     *
     * @param match the filter; null for none, or if it is not known
     * @param document the fields of the payload type; empty if it has none of its own, or they are not known
     */
    public static List<Problem> of(HandlerUse use, @Nullable Match match, Supplier<Optional<DocumentFields>> document) {
        List<Problem> problems = new ArrayList<>();
        if (match != null) {
            problems.addAll(OperationNotices.of(use, match));
        }
        if (use.ownPipeline()) {
            return problems;
        }
        if (match != null) {
            problems.addAll(FieldNotices.of(use, match, document.get()));
        }
        if (use.watchesMany() && (match == null || !match.reads(PossibleEvents.NAMESPACE))) {
            document.get()
                    .ifPresent(fields -> problems.add(
                            Message.PAYLOAD_OF_MANY_COLLECTIONS.at(use.where().apply("collection"), fields.type())));
        }
        return problems;
    }
}
