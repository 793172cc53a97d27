package dev.onchange.plan;

import dev.onchange.Scope;
import dev.onchange.match.Match;
import dev.onchange.scan.Watched;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Builds the stages with which the server leaves out what no handler of a group wants. They may let more through than
 * is wanted, never less: what is left is tested in process.
 */
final class ServerFilter {

    /**
     * Always let through: filtered out, the server would end the stream without a word ({@code invalidate}) or an
     * event would be missed that concerns every handler of the collection.
     */
    static final List<String> CONTROL = List.of("drop", "dropDatabase", "invalidate", "rename");

    private final Set<Watched> internal;

    ServerFilter(Set<Watched> internal) {
        this.internal = internal;
    }

    List<BsonDocument> of(Group group) {
        if (group.answeredByServer()) {
            return exact(group.members().get(0), group.scope());
        }
        BsonDocument wanted = wanted(group);
        return wanted == null ? List.of() : List.of(new BsonDocument("$match", wanted));
    }

    private List<BsonDocument> exact(Candidate handler, Watched scope) {
        List<BsonDocument> conditions = new ArrayList<>();
        if (!handler.spec().operations().isEmpty()) {
            conditions.add(operations(handler.spec().operations()));
        }
        addIfPresent(conditions, withoutInternal(scope));
        Match match = handler.match();
        if (match != null) {
            conditions.add(match.filter());
        }
        List<BsonDocument> pipeline = new ArrayList<>();
        if (!conditions.isEmpty()) {
            BsonDocument all = and(conditions);
            boolean silent = handler.stages().isEmpty() && !handler.names("invalidate");
            pipeline.add(new BsonDocument(
                    "$match", silent ? or(List.of(operations(List.of("invalidate")), all)) : all));
        }
        pipeline.addAll(handler.stages());
        return pipeline;
    }

    private @Nullable BsonDocument wanted(Group group) {
        Map<Set<String>, Set<Watched>> byOperations = new java.util.LinkedHashMap<>();
        for (Candidate member : group.members()) {
            byOperations
                    .computeIfAbsent(new TreeSet<>(member.spec().operations()), key -> new java.util.LinkedHashSet<>())
                    .add(member.spec().watched());
        }
        List<BsonDocument> branches = new ArrayList<>();
        byOperations.entrySet().stream()
                .sorted(java.util.Comparator.comparing(entry -> entry.getKey().toString()))
                .forEach(entry -> branches.addAll(branches(group.scope(), entry.getKey(), entry.getValue())));
        if (branches.contains(new BsonDocument())) {
            BsonDocument rest = withoutInternal(group.scope());
            return rest == null ? null : or(List.of(operations(CONTROL), rest));
        }
        if (branches.stream().allMatch(branch -> branch.keySet().equals(Set.of("operationType")))) {
            Set<String> all = new TreeSet<>(CONTROL);
            group.members().forEach(member -> all.addAll(member.spec().operations()));
            BsonDocument operations = operations(all);
            BsonDocument rest = withoutInternal(group.scope());
            return rest == null ? operations : and(List.of(operations, rest));
        }
        branches.add(0, operations(CONTROL));
        return or(branches);
    }

    private List<BsonDocument> branches(Watched scope, Set<String> operations, Set<Watched> places) {
        BsonDocument base = operations.isEmpty() ? new BsonDocument() : operations(operations);
        if (places.contains(scope)) {
            return List.of(base);
        }
        Map<String, Set<String>> byDatabase = new TreeMap<>();
        Set<String> databases = new TreeSet<>();
        for (Watched place : places) {
            if (place.scope() == Scope.DATABASE) {
                databases.add(place.database());
            } else {
                byDatabase
                        .computeIfAbsent(place.database(), key -> new TreeSet<>())
                        .add(place.collection());
            }
        }
        List<BsonDocument> branches = new ArrayList<>();
        if (!databases.isEmpty()) {
            branches.add(base.clone().append("ns.db", oneOf(databases)));
        }
        byDatabase.forEach((database, collections) -> {
            BsonDocument branch = base.clone();
            if (scope.scope() == Scope.DEPLOYMENT) {
                branch.append("ns.db", new BsonString(database));
            }
            branches.add(branch.append("ns.coll", oneOf(collections)));
        });
        return branches;
    }

    private @Nullable BsonDocument withoutInternal(Watched scope) {
        List<BsonValue> hidden = new ArrayList<>();
        internal.stream()
                .filter(place -> !place.equals(scope) && Scopes.covers(scope, place))
                .sorted(java.util.Comparator.comparing(Watched::toString))
                .forEach(place -> {
                    BsonDocument condition = new BsonDocument();
                    if (scope.scope() == Scope.DEPLOYMENT) {
                        condition.append("ns.db", new BsonString(place.database()));
                    }
                    if (place.scope() == Scope.COLLECTION) {
                        condition.append("ns.coll", new BsonString(place.collection()));
                    }
                    hidden.add(new BsonDocument("$nor", new BsonArray(List.of(condition))));
                });
        return hidden.isEmpty()
                ? null
                : hidden.size() == 1 ? hidden.get(0).asDocument() : new BsonDocument("$and", new BsonArray(hidden));
    }

    private static BsonDocument operations(Collection<String> names) {
        return new BsonDocument("operationType", oneOf(new TreeSet<>(names)));
    }

    private static BsonValue oneOf(Collection<String> values) {
        List<BsonString> strings = values.stream().map(BsonString::new).toList();
        return strings.size() == 1 ? strings.get(0) : new BsonDocument("$in", new BsonArray(strings));
    }

    private static BsonDocument and(List<BsonDocument> conditions) {
        return conditions.size() == 1 ? conditions.get(0) : new BsonDocument("$and", new BsonArray(conditions));
    }

    private static BsonDocument or(List<BsonDocument> branches) {
        return branches.size() == 1 ? branches.get(0) : new BsonDocument("$or", new BsonArray(branches));
    }

    private static void addIfPresent(List<BsonDocument> conditions, @Nullable BsonDocument condition) {
        if (condition != null) {
            conditions.add(condition);
        }
    }
}
