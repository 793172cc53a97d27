package dev.onchange.engine;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.Scope;
import dev.onchange.engine.check.ServerProbe;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.engine.timing.Timing;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A shared stream needs more privileges than its parts: where they are missing, it is split up. */
final class StreamFallbacks {

    private final MongoClient client;
    private final Timing timing;
    private final HandlerCatalog catalog;
    private final ServerWait wait;

    StreamFallbacks(MongoClient client, Timing timing, HandlerCatalog catalog, ServerWait wait) {
        this.client = client;
        this.timing = timing;
        this.catalog = catalog;
        this.wait = wait;
    }

    /**
     * The same handlers, on streams that the account may open as far as it may, and the server can serve.
     *
     * @param open the scopes that open streams watch, for which the server need not be asked
     */
    HandlerSet allowed(HandlerSet declared, Set<WatchedScope> open) {
        return withinPrivileges(withLookUps(declared), open);
    }

    private HandlerSet withLookUps(HandlerSet declared) {
        if (declared.plan().streams().stream().noneMatch(StreamPlan::looksUp)
                || Objects.requireNonNull(wait.answer(new ServerProbe(client, timing).tellsCollectionsApart()))) {
            return declared;
        }
        catalog.leaveLookUpsToServer();
        return catalog.planned(declared, declared.handlers());
    }

    private HandlerSet withinPrivileges(HandlerSet declared, Set<WatchedScope> open) {
        List<WatchedScope> scopes = declared.plan().streams().stream()
                .map(StreamPlan::scope)
                // A stream of one collection cannot be split: what refuses it is told when it is checked.
                .filter(scope -> scope.scope() != Scope.COLLECTION && !open.contains(scope))
                .toList();
        if (scopes.isEmpty()) {
            return declared;
        }
        Set<WatchedScope> refused =
                Objects.requireNonNull(wait.answer(new ServerProbe(client, timing).refused(scopes)));
        return catalog.avoid(refused)
                ? withinPrivileges(catalog.planned(declared, declared.handlers()), open)
                : declared;
    }
}
