package dev.onchange.engine.match.notice;

import static dev.onchange.engine.match.notice.PossibleEvents.BEFORE;
import static dev.onchange.engine.match.notice.PossibleEvents.FULL_DOCUMENT;
import static dev.onchange.engine.match.notice.PossibleEvents.NAMESPACE;
import static dev.onchange.engine.match.notice.PossibleEvents.OPERATION_TYPE;
import static dev.onchange.engine.match.notice.PossibleEvents.UPDATE_DESCRIPTION;

import dev.onchange.engine.match.Match;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.rule.Operations;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bson.BsonDocument;

/** Operations that a handler names and of which its filter matches no event; or that no event at all is matched. */
final class OperationNotices {

    /** What a change stream reports by default, and the documents that a handler can ask for at any time. */
    private static final List<String> COMMON =
            List.of("update", "insert", "replace", "delete", "drop", "rename", "dropDatabase", Operations.SNAPSHOT);

    /** What may exclude events, in the order in which it is named. */
    private static final List<String> CAUSES =
            List.of(FULL_DOCUMENT, BEFORE, UPDATE_DESCRIPTION, OPERATION_TYPE, NAMESPACE);

    private static final String NEVER = "the handler is never called";

    private final HandlerUse use;
    private final PossibleEvents events;

    private OperationNotices(HandlerUse use, PossibleEvents events) {
        this.use = use;
        this.events = events;
    }

    /** @param filter of the match, decoded */
    static List<Problem> of(HandlerUse use, Match match, BsonDocument filter) {
        OperationNotices notices = new OperationNotices(use, new PossibleEvents(use, match, filter));
        return use.operations().isEmpty() ? notices.ofAll() : notices.ofNamed();
    }

    private List<Problem> ofNamed() {
        Map<String, List<String>> excluded = new LinkedHashMap<>();
        for (String operation : use.operations()) {
            if (!events.mayMatch(operation)) {
                excluded.computeIfAbsent(cause(operation), any -> new ArrayList<>())
                        .add(operation);
            }
        }
        if (excluded.isEmpty()) {
            return List.of();
        }
        boolean never = excluded.values().stream().mapToInt(List::size).sum()
                == use.operations().size();
        List<Problem> problems = new ArrayList<>();
        excluded.forEach((cause, operations) -> problems.add(
                problem(cause, operations, never ? NEVER : "it is never called for " + quoted(operations))));
        return problems;
    }

    /** Who names no operation may leave them to the filter: only updates are missed without a look-up. */
    private List<Problem> ofAll() {
        if (COMMON.stream().noneMatch(events::mayMatch)) {
            String shown = COMMON.stream()
                    .filter(operation -> !cause(operation).isEmpty())
                    .findFirst()
                    .orElse(COMMON.get(0));
            return List.of(problem(cause(shown), List.of(shown), NEVER));
        }
        return events.mayMatch("update") || !cause("update").equals(FULL_DOCUMENT)
                ? List.of()
                : List.of(problem(FULL_DOCUMENT, List.of("update"), "it is never called for updates"));
    }

    /** The field without which an event might match; empty if there is more than one. */
    private String cause(String operation) {
        return CAUSES.stream()
                .filter(field -> events.mayMatchWithout(field, operation))
                .findFirst()
                .orElse("");
    }

    private Problem problem(String cause, List<String> operations, String consequence) {
        String named = quoted(operations);
        String where = use.where().apply("match");
        return switch (cause) {
            case FULL_DOCUMENT ->
                operations.contains("update")
                        ? Message.DOCUMENT_NOT_LOOKED_UP.at(where, consequence)
                        : Message.DOCUMENT_NOT_THERE.at(where, named, consequence);
            case BEFORE ->
                events.asksForBefore()
                        ? Message.BEFORE_IMAGE_NOT_THERE.at(where, named, consequence)
                        : Message.BEFORE_IMAGE_NOT_ASKED.at(where, consequence);
            case UPDATE_DESCRIPTION -> Message.UPDATE_DESCRIPTION_NOT_THERE.at(where, named, consequence);
            case OPERATION_TYPE -> Message.OTHER_OPERATION_TYPE.at(where, named, consequence);
            case NAMESPACE -> Message.OTHER_NAMESPACE.at(where, use.namespace(), consequence);
            default -> Message.NO_EVENT_MATCHES.at(where, named, consequence);
        };
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
    }
}
