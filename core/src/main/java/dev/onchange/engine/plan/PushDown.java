package dev.onchange.engine.plan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.engine.match.Equality;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.match.PathValues;
import dev.onchange.engine.scan.DocumentOptions;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;

/**
 * Chooses the conditions of a handler's filter that the server may test too. It cannot fail there, for that would end
 * the stream for all its handlers, and does not read what the server attaches: that may be another document, or none,
 * when a stream is resumed, and the resume token's own event would no longer be found (error 280). Nor what the server
 * would look up in the oplog, where it is something else.
 *
 * @param filter lets through whatever the handler's own does; empty if that is everything
 * @param equalities conditions that follow from it, of values that {@code $in} can list
 * @param implied what an event has at single paths if it is let through
 * @param cost the cost to the server, see {@link FilterCost}
 */
record PushDown(BsonDocument filter, List<Equality> equalities, Map<String, PathValues> implied, int cost) {

    /** The only operation whose {@code fullDocument} is not part of the oplog. */
    private static final String UPDATE = "update";

    private static final PushDown EVERYTHING = new PushDown(new BsonDocument(), List.of(), Map.of(), 0);

    /** @param server the options of the stream */
    static PushDown of(ParsedHandler handler, DocumentOptions server) {
        Match match = handler.match();
        if (match == null) {
            return EVERYTHING;
        }
        boolean withoutImage = isAttachedLater(handler, server);
        boolean withoutImageBefore = server.fullDocumentBeforeChange() != FullDocumentBeforeChange.DEFAULT;
        return handler.filter()
                .pushed(
                        (withoutImage ? 1 : 0) + (withoutImageBefore ? 2 : 0),
                        () -> of(match, withoutImage, withoutImageBefore));
    }

    private static PushDown of(Match whole, boolean withoutImage, boolean withoutImageBefore) {
        Match match = withoutImage ? without(whole, "fullDocument") : whole;
        if (withoutImageBefore) {
            match = without(match, "fullDocumentBeforeChange");
        }
        for (String field : OplogFields.names()) {
            match = match.fields().contains(field) ? match.without(field) : match;
        }
        if (!match.pushable()) {
            // an empty name is no field: only what can fail is left out
            match = match.without("");
        }
        BsonDocument filter = match.pushable() ? match.streamFilter() : new BsonDocument();
        if (filter.isEmpty()) {
            return EVERYTHING;
        }
        // To parse a filter again takes as long as the rest of planning it.
        return isOf(match, filter) ? of(filter, match) : of(filter);
    }

    /** Whether it is the filter as it was parsed. */
    @SuppressWarnings("ReferenceEquality") // to compare two documents takes some time; mostly it is the same one
    private static boolean isOf(Match match, BsonDocument filter) {
        return filter == match.filter() || filter.equals(match.filter());
    }

    /** @param filter that the server may test */
    static PushDown of(BsonDocument filter) {
        return of(filter, Match.parse(filter));
    }

    private static PushDown of(BsonDocument filter, Match parsed) {
        List<Equality> equalities = listable(parsed.equalities());
        Map<String, PathValues> implied =
                equalities.isEmpty() ? parsed.implied() : new LinkedHashMap<>(parsed.implied());
        equalities.forEach(equality ->
                implied.merge(equality.path(), PathValues.of(new LinkedHashSet<>(equality.values())), PathValues::and));
        return new PushDown(filter, equalities, implied, FilterCost.of(parsed.decoded()));
    }

    private static List<Equality> listable(List<Equality> equalities) {
        return equalities.isEmpty()
                ? equalities
                : equalities.stream().filter(PushDown::isListable).toList();
    }

    /**
     * {@code $in} refuses values that {@code $eq} takes: it reads some as operators, and regular expressions as what
     * they are.
     */
    private static boolean isListable(Equality equality) {
        return equality.values().stream()
                .noneMatch(value -> value.isRegularExpression()
                        || value.isDocument()
                                && !value.asDocument().isEmpty()
                                && value.asDocument().getFirstKey().startsWith("$"));
    }

    private static boolean isAttachedLater(ParsedHandler handler, DocumentOptions server) {
        Set<String> operations = handler.spec().operations();
        boolean takesUpdates = operations.isEmpty() || operations.contains(UPDATE);
        return takesUpdates
                && (server.fullDocument() != FullDocument.DEFAULT
                        || handler.spec().documents().fullDocument() != FullDocument.DEFAULT);
    }

    /** Whether it lets everything through. */
    boolean isEverything() {
        // Most filters say something of a path, which is known without reading them.
        return implied.isEmpty() && filter.isEmpty();
    }

    private static Match without(Match match, String field) {
        return match.reads(field) ? match.without(field) : match;
    }
}
