package dev.onchange.engine;

import dev.onchange.HistoryLost;
import dev.onchange.OnChangeException;
import dev.onchange.Scope;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.check.AvailabilityChecks;
import dev.onchange.engine.check.MissingCollections;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Availability;
import dev.onchange.status.Check;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Asks the server whether it can serve the declared handlers, before any stream is opened or touched. */
final class Preflight {

    private final AvailabilityChecks checks;
    private final StreamFallbacks fallbacks;
    private final CheckpointStore store;
    private final HistoryLost historyLost;
    private final ServerWait wait;
    private final HistoryLost foreignPosition;
    private final MissingCollections missingCollections;
    private final Set<Map.Entry<WatchedScope, String>> lookedFor = new HashSet<>();

    Preflight(
            EngineConfiguration configuration,
            MongoConnection connection,
            HandlerCatalog catalog,
            EngineParts parts,
            ServerWait wait) {
        this.checks = configuration.server instanceof MongoEndpoint.Settings given
                ? new AvailabilityChecks(connection.client(), parts.timing, given.settings())
                : new AvailabilityChecks(connection.client(), parts.timing);
        this.fallbacks = new StreamFallbacks(connection.client(), parts.timing, catalog, wait);
        this.missingCollections = new MissingCollections(connection.client(), parts.timing);
        this.store = parts.checkpoints;
        this.wait = wait;
        this.historyLost = configuration.historyLost;
        this.foreignPosition = configuration.foreignPosition;
    }

    /**
     * Asks before anything else, so that a server that is down costs one server selection time-out; begins at once, as a
     * connection takes its time.
     */
    Mono<Availability> reach() {
        return ServerWait.underWay(checks.reach());
    }

    /**
     * The same handlers, on streams that the account may open as far as it may, and the server can serve; collections that
     * do not exist are noticed once.
     *
     * @param open the scopes that open streams watch
     */
    HandlerSet allowed(HandlerSet declared, Set<WatchedScope> open) {
        HandlerSet allowed = fallbacks.allowed(declared, open);
        List<HandlerSpec> unknown = allowed.handlers().stream()
                .filter(handler -> !lookedFor.contains(namesOf(handler)))
                .toList();
        unknown.forEach(handler -> lookedFor.add(namesOf(handler)));
        return allowed.noticing(Objects.requireNonNull(wait.answer(missingCollections.of(unknown))));
    }

    /** Collections stand in the scope, or in the filter. */
    private static Map.Entry<WatchedScope, String> namesOf(HandlerSpec handler) {
        return Map.entry(handler.watched(), handler.watched().scope() == Scope.COLLECTION ? "" : handler.match());
    }

    /** @param goOn ids of the handlers that begin at their kept positions */
    Availability ask(StreamPlans plan, Collection<String> goOn) {
        Mono<Map<String, Position>> kept = goOn.isEmpty()
                ? Mono.just(Map.of())
                : store.load(goOn).map(Repartitioning::present).onErrorReturn(Map.of());
        Availability availability = Objects.requireNonNull(wait.answer(checks.run(plan, kept)));
        Availability tolerated = tolerating(availability, historyLost, ProblemCode.HISTORY_LOST);
        return tolerating(tolerated, foreignPosition, ProblemCode.POSITION_FOREIGN);
    }

    /** Also whether the account may read the positions; what it may write is tried by a start alone. */
    Availability withPositions(Availability asked, Collection<String> ids) {
        return Objects.requireNonNull(wait.answer(store.load(ids)
                .thenReturn(asked)
                .onErrorResume(
                        Reason::isUnauthorized,
                        refused -> Mono.just(asked.and(Check.failure(
                                        store.toString(),
                                        "The positions of the handlers cannot be read: " + Reason.sentence(refused),
                                        "Grant the account the role readWrite on this database.")
                                .under(ProblemCode.POSITION_STORE_UNUSABLE))))
                .onErrorReturn(asked)));
    }

    private static Availability tolerating(Availability availability, HistoryLost answer, ProblemCode code) {
        return answer == HistoryLost.STOP ? availability : availability.tolerating(code);
    }

    /**
     * The same, if nothing failed.
     *
     * @throws OnChangeException that lists the failures
     */
    static Availability usable(Availability availability) {
        if (!availability.usable()) {
            throw new OnChangeException(availability.problems());
        }
        return availability;
    }
}
