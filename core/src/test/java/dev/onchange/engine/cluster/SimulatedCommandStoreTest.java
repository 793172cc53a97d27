package dev.onchange.engine.cluster;

import dev.onchange.engine.cluster.MemberInfo.Mode;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;

class SimulatedCommandStoreTest extends CommandStoreContract {

    private final SimWorld world = new SimWorld(1, Set.of());
    private final SimCluster cluster = new SimCluster(world, 1);
    private final SimProcess process = new SimProcess(
            cluster,
            new ProcessId("", 1, ""),
            new MemberInfo("", "", new ProcessId("", 1, ""), Mode.SHARING, "v1"),
            new MemberDeclaration("v1", java.util.Map.of()));

    @Override
    CommandStore commands() {
        return process.client.commands;
    }

    @Override
    ClusterStore members() {
        return process.client;
    }

    @Override
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
}
