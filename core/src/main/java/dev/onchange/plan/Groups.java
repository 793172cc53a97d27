package dev.onchange.plan;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dev.onchange.Scope;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.WatchedScope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides which handlers share a stream, and says why. */
final class Groups {

    private static final int NAMES_TOLD = 3;

    private final PlanOptions options;

    Groups(PlanOptions options) {
        this.options = options;
    }

    List<Group> of(List<Candidate> candidates) {
        List<Group> groups = new ArrayList<>();
        candidates.stream().filter(this::isAlone).map(this::alone).forEach(groups::add);
        Map<DocumentOptions, List<Candidate>> byOptions = new LinkedHashMap<>();
        candidates.stream()
                .filter(candidate -> !isAlone(candidate))
                .forEach(candidate -> byOptions
                        .computeIfAbsent(candidate.server(options.lookUp()), key -> new ArrayList<>())
                        .add(candidate));
        List<Group> shared = new ArrayList<>();
        byOptions.forEach((documents, members) -> shared.addAll(byScope(documents, members)));
        groups.addAll(Joins.join(shared));
        groups.sort(Comparator.comparing((Group group) -> group.scope().toString())
                .thenComparing(group -> group.documents().toString())
                .thenComparing(group -> group.members().get(0).spec().id()));
        return groups;
    }

    private boolean isAlone(Candidate candidate) {
        return candidate.answeredByServer()
                || options.apart().contains(candidate.spec().id());
    }

    private Group alone(Candidate candidate) {
        String id = candidate.spec().id();
        String reason = !candidate.answeredByServer()
                ? id + " held up the others of its stream, so it goes on by itself until the next start."
                : candidate.stages().isEmpty()
                        ? "Only the server can answer the filter of " + id + "."
                        : id + " has its own pipeline, so its events have a shape of their own.";
        return new Group(candidate.spec().watched(), candidate.server(options.lookUp()), List.of(candidate), reason);
    }

    private List<Group> byScope(DocumentOptions documents, List<Candidate> members) {
        Map<WatchedScope, List<Candidate>> byWatched = byWatched(members);
        List<Group> groups = new ArrayList<>();
        if (options.grouping() == Grouping.PER_SCOPE) {
            byWatched.forEach((watched, some) -> groups.add(sameScope(watched, documents, some)));
            return groups;
        }
        List<Candidate> rest = new ArrayList<>();
        byWatched.forEach((watched, some) -> {
            if (some.stream().anyMatch(this::keepsToItsScope)) {
                groups.add(new Group(watched, documents, some, true, whyItKeeps(some)));
            } else {
                rest.addAll(some);
            }
        });
        groups.addAll(widened(documents, rest));
        return groups;
    }

    /** What the server sends, or the framework hides, depends on the scope for these. */
    private boolean keepsToItsScope(Candidate candidate) {
        WatchedScope watched = candidate.spec().watched();
        return (candidate.names("invalidate") && watched.scope() != Scope.DEPLOYMENT) || isInternal(watched);
    }

    private boolean isInternal(WatchedScope watched) {
        return options.internal().stream().anyMatch(internal -> Scopes.covers(internal, watched));
    }

    private String whyItKeeps(List<Candidate> members) {
        return members.stream()
                .filter(member -> member.names("invalidate"))
                .findFirst()
                .map(member -> member.spec().id() + " asks for invalidate, which the server sends only on a stream on "
                        + member.spec().watched() + " itself.")
                .orElseGet(() -> members.get(0).spec().watched()
                        + " is written by the listeners themselves, and hidden on all wider streams.");
    }

    private List<Group> widened(DocumentOptions documents, List<Candidate> members) {
        List<Candidate> wide = ofScope(members, Scope.DEPLOYMENT);
        List<Candidate> rest = new ArrayList<>(members);
        List<Group> groups = new ArrayList<>();
        if (!wide.isEmpty()) {
            boolean carries = options.mayOpen().test(Scopes.DEPLOYMENT);
            List<Candidate> carried = carries ? members : wide;
            groups.add(new Group(Scopes.DEPLOYMENT, documents, carried, whole("deployment", wide, carried)));
            rest.removeAll(carried);
        }
        rest.stream()
                .collect(groupingBy(member -> member.spec().watched().database(), TreeMap::new, toListOf()))
                .forEach((database, some) -> groups.addAll(inDatabase(database, documents, some)));
        return groups;
    }

    private List<Group> inDatabase(String database, DocumentOptions documents, List<Candidate> members) {
        List<Candidate> wide = ofScope(members, Scope.DATABASE);
        Map<WatchedScope, List<Candidate>> collections = byWatched(ofScope(members, Scope.COLLECTION));
        boolean mayOpen = options.mayOpen().test(Scopes.database(database));
        List<Group> groups = new ArrayList<>();
        if (mayOpen && wide.isEmpty() && collections.size() > 1) {
            groups.add(new Group(
                    Scopes.database(database),
                    documents,
                    members,
                    "Handlers watch " + collections.size() + " collections of " + database
                            + "; on one stream the server reads its oplog once for all of them."));
            return groups;
        }
        if (!wide.isEmpty()) {
            List<Candidate> carried = mayOpen ? members : wide;
            groups.add(new Group(
                    Scopes.database(database), documents, carried, whole("database " + database, wide, carried)));
        }
        if (wide.isEmpty() || !mayOpen) {
            collections.forEach((watched, some) -> groups.add(
                    mayOpen
                            ? sameScope(watched, documents, some)
                            : new Group(
                                    watched,
                                    documents,
                                    some,
                                    "The account may not open a stream on the database " + database
                                            + ", so each of its collections has its own.")));
        }
        return groups;
    }

    private static Group sameScope(WatchedScope watched, DocumentOptions documents, List<Candidate> members) {
        String reason = members.size() == 1
                ? "No other handler watches " + watched + " with these options."
                : names(members) + " watch " + watched + ".";
        return new Group(watched, documents, members, reason);
    }

    private static String whole(String what, List<Candidate> wide, List<Candidate> carried) {
        String watches = names(wide) + (wide.size() == 1 ? " watches" : " watch") + " the whole " + what;
        return carried.size() == wide.size() ? watches + "." : watches + ", so its stream carries the others too.";
    }

    private static String names(List<Candidate> members) {
        List<String> ids =
                members.stream().map(member -> member.spec().id()).sorted().toList();
        return ids.size() <= NAMES_TOLD
                ? String.join(", ", ids)
                : Stream.concat(ids.stream().limit(NAMES_TOLD), Stream.of((ids.size() - NAMES_TOLD) + " more"))
                        .collect(joining(", "));
    }

    private static List<Candidate> ofScope(List<Candidate> members, Scope scope) {
        return members.stream()
                .filter(member -> member.spec().watched().scope() == scope)
                .toList();
    }

    private static Map<WatchedScope, List<Candidate>> byWatched(List<Candidate> members) {
        return members.stream().collect(groupingBy(member -> member.spec().watched(), LinkedHashMap::new, toListOf()));
    }

    private static Collector<Candidate, ?, List<Candidate>> toListOf() {
        return Collectors.toList();
    }
}
