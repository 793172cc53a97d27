package dev.onchange.engine.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose death may be certified. That a lease is over by the server's clock is not enough: after a time without a
 * primary, or in which the watching member itself was not heard, all leases are over, and nobody is dead.
 */
final class DeathWatch {

    /** A member whose lease was over for as many leases when it was first seen needs to be watched for two beats only. */
    private static final int LONG_SILENT = 2;

    private final ClusterTime time;
    private final ClusterSettings settings;
    private final Predicate<ProcessId> hasEnded;
    private final Map<ObjectId, Watched> watched = new HashMap<>();
    private ClusterTime.@Nullable Moment heard;
    private ClusterTime.@Nullable Moment troubled;
    private String primary = "";

    private record Watched(ClusterTime.Moment since, boolean longSilent, long beat) {}

    /** @param hasEnded whether a process of the same machine is known to have ended */
    DeathWatch(ClusterTime time, ClusterSettings settings, Predicate<ProcessId> hasEnded) {
        this.time = time;
        this.settings = settings;
        this.hasEnded = hasEnded;
    }

    /** To be told of each reading. */
    void observe(List<Member> members, String primaryNow) {
        ClusterTime.Moment now = time.now();
        boolean gap = heard != null
                && time.since(heard) > settings.beat().multipliedBy(2).toNanos();
        if (gap || !primaryNow.equals(primary)) {
            troubled = heard == null ? null : now;
        }
        primary = primaryNow;
        heard = now;
        Duration long0 = settings.lease().multipliedBy(LONG_SILENT).negated();
        Map<ObjectId, Watched> seen = new HashMap<>();
        members.forEach(member -> {
            Watched before = watched.get(member.id());
            boolean silent = member.left().compareTo(long0) < 0;
            seen.put(
                    member.id(),
                    before == null
                            ? new Watched(now, silent, member.beat())
                            : new Watched(
                                    before.since, before.longSilent && member.beat() == before.beat, before.beat));
        });
        watched.clear();
        watched.putAll(seen);
    }

    /** Whether its process is known to have ended, so that its lease need not be waited for. */
    boolean isSurelyDead(Member member) {
        return hasEnded.test(member.info().process());
    }

    /** Whether it has been silent for long enough, as far as this member can tell. */
    boolean mayCertify(Member member) {
        return member.left().isNegative() && wait(member) <= 0;
    }

    /** How many nanoseconds until it may be certified if it stays silent. */
    long untilCertifiable(Member member) {
        return Math.max(member.left().toNanos() + 1, wait(member));
    }

    private long wait(Member member) {
        Watched of = watched.get(member.id());
        if (of == null) {
            return settings.quarantine().toNanos();
        }
        Duration needed = settings.quarantine();
        Duration beats = settings.beat().multipliedBy(2);
        if (of.longSilent && beats.compareTo(needed) < 0) {
            needed = beats;
        }
        long wait = needed.toNanos() - time.since(of.since);
        return troubled == null ? wait : Math.max(wait, settings.quarantine().toNanos() - time.since(troubled));
    }

    /** Whether the member was first seen so long ago that no other one is likely to join at the same time. */
    boolean knownFor(ObjectId id, Duration atLeast) {
        Watched of = watched.get(id);
        return of != null && time.since(of.since) >= atLeast.toNanos();
    }
}
