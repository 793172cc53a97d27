package dev.onchange.engine.cluster;

import dev.onchange.engine.cluster.MemberInfo.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One course of events that a seed decides: members come, go, die, stand still, are cut off, and are asked to pause, resume and
 * rewind; then it becomes quiet.
 */
final class ClusterSimulation {

    private static final Duration CHAOS = Duration.ofSeconds(40);

    private static final int UNITS_PER_MEMBER = 10;

    private final SimWorld world;
    private final SimCluster cluster;
    private final int members;

    private ClusterSimulation(long seed, Set<Rule> without, int members) {
        this.world = new SimWorld(seed, without);
        int few = 1 + world.random.nextInt(10);
        this.cluster = new SimCluster(world, members == 0 ? few : members * UNITS_PER_MEMBER);
        this.members = members == 0 ? 1 + world.random.nextInt(4) : members;
    }

    /** What was wrong; empty if nothing was. */
    static Optional<String> run(long seed, Set<Rule> without) {
        return run(seed, without, 0);
    }

    /** @param members how many there are at first; 0 for a few */
    static Optional<String> run(long seed, Set<Rule> without, int members) {
        ClusterSimulation simulation = new ClusterSimulation(seed, without, members);
        simulation.run();
        return simulation.world.violations.stream().findFirst();
    }

    private void run() {
        for (int i = 0; i < members; i++) {
            join(0);
        }
        Duration chaos = CHAOS;
        disturb();
        world.runFor(chaos);
        heal();
        while (living().stream().anyMatch(process -> process.leaving) && world.violations.isEmpty()) {
            world.runFor(Duration.ofMillis(500));
        }
        world.runFor(SimCluster.LEASE.multipliedBy(3));
        String unowned = cluster.unowned();
        for (int i = 0; i < 8 && !(unowned.isEmpty() && cluster.unanswered().isEmpty()); i++) {
            // A move may just be under way.
            world.runFor(Duration.ofMillis(500));
            unowned = cluster.unowned();
        }
        if (!cluster.unanswered().isEmpty()) {
            world.violated("three leases of quiet, and nobody has done " + cluster.unanswered());
        }
        if (!unowned.isEmpty()) {
            world.violated("three leases of quiet, and " + unowned);
        }
        if (!cluster.pausedOtherwise().isEmpty()) {
            world.violated("three leases of quiet, and not paused as was said last: " + cluster.pausedOtherwise());
        }
    }

    private void join(int version) {
        int before = cluster.processes.size();
        boolean standby = world.chance(0.05);
        cluster.join(version, world.chance(0.4) ? "name" + before : "", standby ? Mode.STANDBY : Mode.SHARING);
    }

    private void disturb() {
        long calm = Duration.ofMillis(500).toNanos() + (long) (world.random.nextDouble() * 4e9);
        world.after(calm, () -> {
            if (world.now() < CHAOS.toNanos()) {
                disturbOnce();
                cluster.ask(living());
                disturb();
            }
        });
    }

    private void disturbOnce() {
        List<SimProcess> living = living();
        SimProcess some = living.isEmpty() ? null : living.get(world.random.nextInt(living.size()));
        int what = world.random.nextInt(12);
        if (some == null || what == 0) {
            join(world.random.nextInt(2));
        } else if (what <= 2) {
            some.kill();
            if (world.chance(0.7)) {
                join(world.random.nextInt(2));
            }
        } else if (what <= 5) {
            some.pause(world.chance(0.5));
            world.after(world.between(Duration.ofMillis(500), SimCluster.LEASE.multipliedBy(3)), some::resume);
        } else if (what == 6) {
            some.close();
        } else if (what <= 8) {
            some.client.cutUntil = world.now()
                    + world.between(Duration.ofMillis(500), SimCluster.LEASE.multipliedBy(3))
                            .toNanos();
        } else if (what == 9) {
            Duration ahead = world.between(SimStore.MOST_AHEAD.negated(), SimStore.MOST_AHEAD);
            cluster.store.elect(world.between(Duration.ofMillis(10), SimCluster.LEASE.multipliedBy(2)), ahead);
        } else if (what == 10) {
            some.client.loss = 0.2;
        } else if (!some.isPaused()) {
            // A clock that is set back while the machine is suspended hides the suspension: nothing local could tell.
            some.wallAhead += (world.chance(0.5) ? 1 : -1) * Duration.ofHours(1).toNanos();
        }
    }

    private List<SimProcess> living() {
        return cluster.processes.stream().filter(process -> !process.ended).toList();
    }

    private void heal() {
        if (living().stream().allMatch(process -> process.leaving)) {
            join(0);
        }
        world.becomeQuiet();
        cluster.store.heal();
        living().forEach(process -> {
            process.resume();
            process.client.loss = 0;
            process.client.cutUntil = 0;
        });
    }
}
