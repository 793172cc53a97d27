package dev.onchange.engine.match.notice;

import dev.onchange.engine.match.Match;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Why a sound handler may never be called, or is called with what it cannot want. */
public final class HandlerNotices {

    private static final String COLLECTION = "ns.coll";

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
            BsonDocument filter = match.decoded();
            List<TestedValue> tested = TestedValue.of(filter);
            problems.addAll(OperationNotices.of(use, match, filter));
            if (problems.isEmpty()) {
                problems.addAll(OperationNames.of(use, tested));
            }
            // A pipeline of its own comes after the filter, and decides what the payload is.
            problems.addAll(
                    FieldNotices.of(use, filter, tested, use.ownPipeline() ? Optional.empty() : document.get()));
        }
        if (!use.ownPipeline() && use.watchesMany() && (match == null || !match.reads(PossibleEvents.NAMESPACE))) {
            document.get()
                    .ifPresent(fields -> problems.add(
                            Message.PAYLOAD_OF_MANY_COLLECTIONS.at(use.where().apply("collection"), fields.type())));
        }
        return problems;
    }

    /** The collections of which a filter asks for changes; empty for any, or if the filter has no {@code ns.coll}. */
    public static Set<String> collections(String match) {
        return match.contains(COLLECTION)
                ? TestedValue.of(Match.parse(match).decoded()).stream()
                        .filter(tested -> tested.path().equals(COLLECTION) && tested.byEquality())
                        .flatMap(tested -> tested.values().stream())
                        .filter(BsonValue::isString)
                        .map(name -> name.asString().getValue())
                        .collect(Collectors.toCollection(TreeSet::new))
                : Set.of();
    }
}
