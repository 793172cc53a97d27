package dev.onchange.engine.plan;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dev.onchange.Grouping;
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
final class StreamGrouping {

    private static final int NAMES_TOLD = 3;

    private final PlanOptions options;

    StreamGrouping(PlanOptions options) {
        this.options = options;
    }

    List<StreamGroup> of(List<ParsedHandler> handlers) {
        List<StreamGroup> groups = new ArrayList<>();
        Map<DocumentOptions, List<ParsedHandler>> byOptions = new LinkedHashMap<>();
        for (ParsedHandler handler : handlers) {
            if (isAlone(handler)) {
                groups.add(alone(handler));
            } else {
                byOptions
                        .computeIfAbsent(handler.server(options.lookUp()), key -> new ArrayList<>())
                        .add(handler);
            }
        }
        List<StreamGroup> shared = new ArrayList<>();
        byOptions.forEach((documents, members) -> shared.addAll(byScope(documents, members)));
        groups.addAll(StreamMerger.join(shared));
        groups.sort(Comparator.comparing((StreamGroup group) -> group.scope().toString())
                .thenComparing(group -> group.documents().toString())
                .thenComparing(group -> group.members().get(0).spec().id()));
        return groups;
    }

    private boolean isAlone(ParsedHandler handler) {
        return handler.answeredByServer()
                || options.apart().contains(handler.spec().id());
    }

    private StreamGroup alone(ParsedHandler handler) {
        String id = handler.spec().id();
        String reason = !handler.answeredByServer()
                ? id + " held up the others of its stream, so it goes on by itself until the next start."
                : handler.spec().stream().collation() != null
                        ? id + " has a collation, by which the server compares all strings of its stream."
                        : handler.stages().isEmpty()
                                ? "Only the server can answer the filter of " + id + "."
                                : id + " has its own pipeline, so its events have a shape of their own.";
        return new StreamGroup(handler.spec().watched(), handler.server(options.lookUp()), List.of(handler), reason);
    }

    private List<StreamGroup> byScope(DocumentOptions documents, List<ParsedHandler> members) {
        Map<WatchedScope, List<ParsedHandler>> byWatched = byWatched(members);
        List<StreamGroup> groups = new ArrayList<>();
        if (options.grouping() == Grouping.PER_SCOPE) {
            byWatched.forEach((watched, some) -> groups.add(sameScope(watched, documents, some)));
            return groups;
        }
        List<ParsedHandler> rest = new ArrayList<>();
        byWatched.forEach((watched, some) -> {
            if (isInternal(watched) || some.stream().anyMatch(StreamGrouping::keepsToItsScope)) {
                groups.add(new StreamGroup(watched, documents, some, true, whyItKeeps(some)));
            } else {
                rest.addAll(some);
            }
        });
        groups.addAll(widened(documents, rest));
        return groups;
    }

    /** What the server sends depends on the scope for these. */
    private static boolean keepsToItsScope(ParsedHandler handler) {
        return handler.names("invalidate") && handler.spec().watched().scope() != Scope.DEPLOYMENT;
    }

    private boolean isInternal(WatchedScope watched) {
        return options.internal().stream().anyMatch(internal -> ScopeCover.covers(internal, watched));
    }

    private String whyItKeeps(List<ParsedHandler> members) {
        return members.stream()
                .filter(member -> member.names("invalidate"))
                .findFirst()
                .map(member -> member.spec().id() + " asks for invalidate, which the server sends only on a stream on "
                        + member.spec().watched() + " itself.")
                .orElseGet(() -> members.get(0).spec().watched()
                        + " is written by the listeners themselves, and hidden on all wider streams.");
    }

    private List<StreamGroup> widened(DocumentOptions documents, List<ParsedHandler> members) {
        List<ParsedHandler> wide = ofScope(members, Scope.DEPLOYMENT);
        List<ParsedHandler> rest = new ArrayList<>(members);
        List<StreamGroup> groups = new ArrayList<>();
        if (!wide.isEmpty()) {
            boolean carries = options.mayOpen().test(ScopeCover.DEPLOYMENT);
            List<ParsedHandler> carried = carries ? members : wide;
            groups.add(new StreamGroup(ScopeCover.DEPLOYMENT, documents, carried, whole("deployment", wide, carried)));
            rest.removeAll(carried);
        }
        rest.stream()
                .collect(groupingBy(member -> member.spec().watched().database(), TreeMap::new, toListOf()))
                .forEach((database, some) -> groups.addAll(inDatabase(database, documents, some)));
        return groups;
    }

    private List<StreamGroup> inDatabase(String database, DocumentOptions documents, List<ParsedHandler> members) {
        List<ParsedHandler> wide = ofScope(members, Scope.DATABASE);
        Map<WatchedScope, List<ParsedHandler>> collections = byWatched(ofScope(members, Scope.COLLECTION));
        boolean mayOpen = options.mayOpen().test(ScopeCover.database(database));
        List<StreamGroup> groups = new ArrayList<>();
        if (mayOpen && wide.isEmpty() && collections.size() > 1) {
            groups.add(new StreamGroup(
                    ScopeCover.database(database),
                    documents,
                    members,
                    "Handlers watch " + collections.size() + " collections of " + database
                            + "; on one stream the server reads its oplog once for all of them."));
            return groups;
        }
        if (!wide.isEmpty()) {
            List<ParsedHandler> carried = mayOpen ? members : wide;
            groups.add(new StreamGroup(
                    ScopeCover.database(database), documents, carried, whole("database " + database, wide, carried)));
        }
        if (wide.isEmpty() || !mayOpen) {
            collections.forEach((watched, some) -> groups.add(
                    mayOpen
                            ? sameScope(watched, documents, some)
                            : new StreamGroup(
                                    watched,
                                    documents,
                                    some,
                                    "The account may not open a stream on the database " + database
                                            + ", so each of its collections has its own.")));
        }
        return groups;
    }

    private static StreamGroup sameScope(WatchedScope watched, DocumentOptions documents, List<ParsedHandler> members) {
        String reason = members.size() == 1
                ? "No other handler watches " + watched + " with these options."
                : names(members) + " watch " + watched + ".";
        return new StreamGroup(watched, documents, members, reason);
    }

    private static String whole(String what, List<ParsedHandler> wide, List<ParsedHandler> carried) {
        String watches = names(wide) + (wide.size() == 1 ? " watches" : " watch") + " the whole " + what;
        return carried.size() == wide.size() ? watches + "." : watches + ", so its stream carries the others too.";
    }

    private static String names(List<ParsedHandler> members) {
        List<String> ids =
                members.stream().map(member -> member.spec().id()).sorted().toList();
        return ids.size() <= NAMES_TOLD
                ? String.join(", ", ids)
                : Stream.concat(ids.stream().limit(NAMES_TOLD), Stream.of((ids.size() - NAMES_TOLD) + " more"))
                        .collect(joining(", "));
    }

    private static List<ParsedHandler> ofScope(List<ParsedHandler> members, Scope scope) {
        return members.stream()
                .filter(member -> member.spec().watched().scope() == scope)
                .toList();
    }

    private static Map<WatchedScope, List<ParsedHandler>> byWatched(List<ParsedHandler> members) {
        return members.stream().collect(groupingBy(member -> member.spec().watched(), LinkedHashMap::new, toListOf()));
    }

    private static Collector<ParsedHandler, ?, List<ParsedHandler>> toListOf() {
        return Collectors.toList();
    }
}
