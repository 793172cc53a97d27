package dev.onchange.engine.plan;

import dev.onchange.Scope;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.scan.WatchedScope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Builds the stages with which the server leaves out events that no handler of a group wants. They may let more events
 * through, never fewer: the handlers' filters are tested in process.
 */
final class ServerFilter {

    /**
     * Always let through on a shared stream: without {@code invalidate} the server would end it without an error, and
     * the other three concern every handler of a collection.
     */
    static final List<String> CONTROL = List.of("drop", "dropDatabase", "invalidate", "rename");

    private final Set<WatchedScope> internal;

    /** @param internal the collections that the listeners write themselves: left out of wider streams */
    ServerFilter(Set<WatchedScope> internal) {
        this.internal = internal;
    }

    List<BsonDocument> of(StreamGroup group) {
        if (group.answeredByServer()) {
            return exact(group.members().get(0), group.scope());
        }
        BsonDocument union = union(group);
        return union.isEmpty() ? List.of() : List.of(new BsonDocument("$match", union));
    }

    private List<BsonDocument> exact(ParsedHandler handler, WatchedScope scope) {
        List<BsonDocument> conditions = new ArrayList<>();
        if (!handler.spec().operations().isEmpty()) {
            conditions.add(FilterTerms.operations(handler.spec().operations()));
        }
        conditions.add(withoutInternal(scope, scope));
        List<BsonDocument> late = new ArrayList<>(handler.stages());
        Match match = handler.match();
        boolean unasked = handler.stages().isEmpty() && !handler.names("invalidate");
        boolean ofEvent = late.stream().anyMatch(OplogFields::mayName);
        if (match != null && (match.refusedByStreams() || OplogFields.mayName(match.filter()))) {
            late.addAll(0, matching(match.streamFilter(), unasked));
            ofEvent = true;
        } else if (match != null) {
            conditions.add(match.streamFilter());
        }
        if (ofEvent) {
            late.add(0, OplogFields.BARRIER);
        }
        List<BsonDocument> early = matching(FilterTerms.and(conditions), unasked);
        return Stream.concat(early.stream(), late.stream()).toList();
    }

    private static List<BsonDocument> matching(BsonDocument condition, boolean unasked) {
        if (condition.isEmpty()) {
            return List.of();
        }
        BsonDocument passed =
                unasked ? FilterTerms.or(List.of(FilterTerms.operations(List.of("invalidate")), condition)) : condition;
        return List.of(new BsonDocument("$match", passed));
    }

    private BsonDocument union(StreamGroup group) {
        List<WantedEvents> wantedEvents = UnionFilter.of(group);
        NamespaceConditions keys = new NamespaceConditions(group.scope());
        List<BsonDocument> branches = new ArrayList<>();
        List<WantedEvents> collections = new ArrayList<>();
        for (WantedEvents wanted : wantedEvents) {
            boolean plain = wanted.filters().isEmpty() && !wanted.place().equals(group.scope());
            if (plain && wanted.place().scope() == Scope.COLLECTION) {
                collections.add(wanted);
            } else {
                branches.addAll(branches(wanted, group.scope(), keys));
            }
        }
        if (!collections.isEmpty()) {
            branches.addAll(keys.ofCollections(collections));
        }
        return withControl(branches);
    }

    private List<BsonDocument> branches(WantedEvents wanted, WatchedScope scope, NamespaceConditions keys) {
        BsonDocument key = FilterTerms.and(List.of(keys.of(wanted), withoutInternal(scope, wanted.place())));
        if (wanted.filters().isEmpty()) {
            return List.of(key);
        }
        return key.isEmpty()
                ? wanted.filters()
                : List.of(FilterTerms.and(List.of(key, FilterTerms.or(wanted.filters()))));
    }

    private static BsonDocument withControl(List<BsonDocument> branches) {
        if (branches.stream().anyMatch(BsonDocument::isEmpty)) {
            return new BsonDocument();
        }
        Set<String> operations = new TreeSet<>(CONTROL);
        List<BsonDocument> others = new ArrayList<>();
        for (BsonDocument branch : branches) {
            List<String> names = namesOnly(branch);
            operations.addAll(names);
            if (names.isEmpty()) {
                others.add(branch);
            }
        }
        others.add(0, FilterTerms.operations(operations));
        return FilterTerms.or(others);
    }

    /** The operations of a condition that is nothing but a list of them; empty for any other. */
    private static List<String> namesOnly(BsonDocument condition) {
        BsonValue operand = condition.size() == 1 ? condition.get("operationType") : null;
        if (operand instanceof BsonString one) {
            return List.of(one.getValue());
        }
        if (operand instanceof BsonDocument in
                && in.size() == 1
                && in.get("$in") instanceof BsonArray names
                && names.stream().allMatch(BsonValue::isString)) {
            return names.stream().map(name -> name.asString().getValue()).toList();
        }
        return List.of();
    }

    /**
     * Leaves out the listeners' own collections in a database or the deployment; empty for a collection, which a
     * handler has named.
     */
    private BsonDocument withoutInternal(WatchedScope scope, WatchedScope place) {
        List<BsonDocument> hidden = internal.stream()
                .filter(own -> place.scope() != Scope.COLLECTION && ScopeCover.covers(place, own) && !own.equals(place))
                .sorted(Comparator.comparing(WatchedScope::toString))
                .map(own -> new BsonDocument("$nor", new BsonArray(List.of(named(scope, own)))))
                .toList();
        return FilterTerms.and(hidden);
    }

    private static BsonDocument named(WatchedScope scope, WatchedScope own) {
        BsonDocument condition = new BsonDocument();
        if (scope.scope() == Scope.DEPLOYMENT) {
            condition.append("ns.db", new BsonString(own.database()));
        }
        if (own.scope() == Scope.COLLECTION) {
            condition.append("ns.coll", new BsonString(own.collection()));
        }
        return condition;
    }
}
