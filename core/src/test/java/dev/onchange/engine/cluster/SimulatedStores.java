package dev.onchange.engine.cluster;

import dev.onchange.engine.cluster.MemberInfo.Mode;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;

/** The stores of one simulated process, for the contracts. */
final class SimulatedStores {

    private final SimWorld world = new SimWorld(1, Set.of());
    private final SimProcess process = new SimProcess(
            new SimCluster(world, 1),
            new ProcessId("", 1, ""),
            new MemberInfo("", "", new ProcessId("", 1, ""), Mode.SHARING, "v1"),
            new MemberDeclaration("v1", Map.of()));

    ClusterStore members() {
        return process.client;
    }

    CommandStore commands() {
        return process.client.commands;
    }

    <T> T get(Mono<T> operation) {
        AtomicReference<T> result = new AtomicReference<>();
        operation.subscribe(result::set);
        for (int i = 0; i < 10_000 && result.get() == null; i++) {
            // What a cluster promises is not asked of single operations, whose leases are shorter than a cluster's.
            world.violations.clear();
            world.runFor(Duration.ofMillis(1));
        }
        return Objects.requireNonNull(result.get());
    }

    /** Lets no operation be answered while something is done. */
    void withoutPrimary(Runnable what) {
        process.cluster.store.elect(Duration.ofDays(1), Duration.ZERO);
        what.run();
        process.cluster.store.heal();
    }

    void pass(Duration time) {
        world.runFor(time);
    }
}
