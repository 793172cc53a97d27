package dev.onchange.engine.cluster;

import java.time.Duration;
import org.bson.types.ObjectId;

/**
 * When the next pass of a member is due: with its next beat, and earlier while a change of the cluster is expected, so that
 * nobody waits for it long.
 */
final class NextPass {

    /** Passes are so many times as frequent as beats while a change is expected. */
    private static final int HURRY = 12;

    /** Among many members, each is in less of a hurry. */
    private static final Duration HURRY_PER_MEMBER = Duration.ofMillis(10);

    /** After the end of a lease the leader certifies the death, which takes it so long if nothing holds it up. */
    private static final Duration CERTIFYING = Duration.ofMillis(30);

    private final ClusterReader reader;
    private final DeathWatch watch;
    private final OwnUnits own;
    private final OwnCommands commands;
    private final ClusterSettings settings;

    NextPass(ClusterReader reader, DeathWatch watch, OwnUnits own, OwnCommands commands, ClusterSettings settings) {
        this.reader = reader;
        this.watch = watch;
        this.own = own;
        this.commands = commands;
        this.settings = settings;
    }

    /** The time after which a pass that did not come to its end is tried again. */
    Duration hurry() {
        return settings.beat().dividedBy(HURRY);
    }

    /**
     * The time after which the next pass is due.
     *
     * @param me who passes
     * @param sinceBeat nanoseconds since its last beat
     * @param untold whether the others are still to be told what it has changed
     */
    Duration after(ObjectId me, long sinceBeat, boolean untold) {
        long next = settings.beat().toNanos() - sinceBeat;
        if (reader.isToReadAgain() || untold || commands.isBehind() || isChangeExpected()) {
            Duration perMember =
                    HURRY_PER_MEMBER.multipliedBy(reader.view().members().size());
            next = Math.min(next, Math.max(hurry().toNanos(), perMember.toNanos()));
        }
        return Duration.ofNanos(Math.max(Math.min(next, untilDeath(me)), 0));
    }

    /** Until the first death may be certified, by the leader, or is to be heard of by the others. */
    private long untilDeath(ObjectId me) {
        boolean leader = me.equals(reader.leader());
        long certifying = leader ? 0 : CERTIFYING.toNanos();
        long first = Long.MAX_VALUE;
        for (Member member : reader.view().members().values()) {
            if (!member.isDead() && !member.id().equals(me)) {
                long nanos = watch.untilCertifiable(member);
                if (leader || nanos > 0) {
                    first = Math.min(first, nanos + certifying);
                }
            }
        }
        return first;
    }

    /** Those that have ended are read for an hour, and nothing is expected of them. */
    private static boolean hasOthers(ClusterView view) {
        int present = 0;
        for (Member member : view.members().values()) {
            present += member.isDead() ? 0 : 1;
        }
        return present > 1;
    }

    /**
     * Someone has joined a moment ago, is about to lose its lease, is leaving, or has not yet begun with what it owns. This
     * member itself asks for a pass when it has begun.
     */
    private boolean isChangeExpected() {
        ClusterView view = reader.view();
        Duration nearlyOver = settings.beat().multipliedBy(3).dividedBy(2);
        Duration moved = settings.settling().plus(settings.beat().multipliedBy(2));
        boolean others = hasOthers(view);
        for (Member member : view.members().values()) {
            if (member.state() == Member.State.LEAVING
                    || member.isAlive()
                            && (member.left().compareTo(nearlyOver) < 0
                                    || others && !watch.knownFor(member.id(), moved))) {
                return true;
            }
        }
        for (Unit unit : view.units().values()) {
            if ((unit.next() != null || !unit.ready() && !own.isBeginning(unit.id())) && !view.isOrphan(unit)) {
                return true;
            }
        }
        return false;
    }
}
