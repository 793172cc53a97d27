package dev.onchange.engine.cluster;

import dev.onchange.engine.message.CountedNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The units that this instance works at, and how they come and go. Used on the thread of the member only. */
final class OwnUnits {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMember.class);

    private final UnitOwner owner;
    private final Runnable wake;
    private final Map<String, Long> held = new HashMap<>();

    /** Units of an exchange that failed: they may run or not, so they are neither given away nor counted as running. */
    private final Map<String, Long> uncertain = new HashMap<>();

    private final Set<String> beginning = new HashSet<>();
    private Map<String, Long> coming = Map.of();
    private boolean exchanging;
    private @Nullable Map<String, Long> claimed;

    /** What came with claims that failed later: the next one has it, as long as it is held. */
    private final Map<String, Long> unclaimed = new HashMap<>();

    /** @param wake lets the member look again soon */
    OwnUnits(UnitOwner owner, Runnable wake) {
        this.owner = owner;
        this.wake = wake;
    }

    /** The terms of the units that run here, by id. */
    Map<String, Long> held() {
        return Map.copyOf(held);
    }

    /** Whether a unit has begun here, and is about to stay. */
    boolean isRunning(String unit) {
        return !exchanging && held.containsKey(unit) && !beginning.contains(unit);
    }

    /** Whether a unit has come with a claim, and is about to begin here. */
    boolean isBeginning(String unit) {
        return beginning.contains(unit);
    }

    /** All units belong to other members by now, or will: they are dropped. */
    void loseAll() {
        Set<String> lost = new HashSet<>(held.keySet());
        lost.addAll(uncertain.keySet());
        lost.addAll(coming.keySet());
        lose(lost);
    }

    private void lose(Set<String> lost) {
        if (!lost.isEmpty()) {
            Map<String, Long> terms = new HashMap<>(coming);
            terms.putAll(uncertain);
            terms.putAll(held);
            terms.keySet().retainAll(lost);
            held.keySet().removeAll(lost);
            uncertain.keySet().removeAll(lost);
            beginning.removeAll(lost);
            Map<String, Long> stillComing = new HashMap<>(coming);
            stillComing.keySet().removeAll(lost);
            coming = stillComing;
            LOG.warn(
                    "Other instances have, or will have, what is not called here any more: {}",
                    CountedNames.ofHandlers(lost));
            owner.drop(Map.copyOf(terms));
        }
    }

    /**
     * Lets go of what another member has, what another member is to have, and takes what is the member's.
     *
     * @param declared whether this instance can run a unit
     * @return what has to be written
     */
    List<UnitWrite> follow(ObjectId me, ClusterView view, Predicate<String> declared) {
        loseTaken(me, view);
        // Handlers that were removed have stopped, and their positions are saved.
        held.keySet().removeIf(declared.negate());
        uncertain.keySet().removeIf(declared.negate());
        List<UnitWrite> writes = new ArrayList<>();
        Set<String> gone = new HashSet<>();
        Map<String, Long> come = new HashMap<>();
        for (Unit unit : view.units().values()) {
            if (!unit.owner().equals(me)) {
                continue;
            }
            String id = unit.id();
            ObjectId next = unit.next();
            boolean isHeld = held.containsKey(id);
            if (next != null && (isHeld || uncertain.containsKey(id))) {
                if (!beginning.contains(id)) {
                    gone.add(id);
                }
            } else if (next != null && !coming.containsKey(id)) {
                writes.add(new UnitWrite.Transfer(id, me, unit.term(), next, true));
            } else if (next == null && isHeld && !unit.ready() && !beginning.contains(id)) {
                writes.add(new UnitWrite.Ready(id, me, unit.term()));
            } else if (next == null && !isHeld && declared.test(id)) {
                come.put(id, unit.term());
            }
        }
        Map<String, Long> claiming = claimed;
        if (claiming != null) {
            come.keySet().removeAll(coming.keySet());
            claiming.putAll(come);
            held.putAll(come);
            beginning.addAll(come.keySet());
            come.clear();
        }
        if (!exchanging && !(gone.isEmpty() && come.isEmpty())) {
            exchange(gone, come);
        }
        return writes;
    }

    /** Drops what another member has by now. */
    void loseTaken(ObjectId me, ClusterView view) {
        Set<String> lost = new HashSet<>();
        Map<String, Long> all = new HashMap<>(held);
        all.putAll(uncertain);
        all.forEach((id, term) -> {
            Unit unit = view.units().get(id);
            if (unit != null && (!unit.owner().equals(me) || unit.term() != term)) {
                lost.add(id);
            }
        });
        lose(lost);
    }

    private void exchange(Set<String> gone, Map<String, Long> come) {
        exchanging = true;
        coming = come;
        owner.exchange(gone, come).subscribe(came -> exchanged(gone, came), failure -> {
            LOG.warn("Units could not be exchanged; it is tried again", failure);
            exchanging = false;
            uncertain.putAll(coming);
            gone.forEach(id -> {
                Long term = held.remove(id);
                if (term != null) {
                    uncertain.put(id, term);
                }
            });
            coming = Map.of();
        });
    }

    private void exchanged(Set<String> gone, Set<String> came) {
        exchanging = false;
        held.keySet().removeAll(gone);
        uncertain.keySet().removeAll(gone);
        uncertain.keySet().removeAll(coming.keySet());
        boolean all = came.containsAll(coming.keySet());
        // What was lost meanwhile is no longer among the coming.
        coming.forEach((id, term) -> {
            if (came.contains(id)) {
                held.put(id, term);
            }
        });
        coming = Map.of();
        if (all) {
            wake.run();
        }
    }

    /** From now on, until {@link #claimed}, what comes is not taken through the owner, but by who claims it. */
    void claim() {
        Map<String, Long> claiming = new HashMap<>(unclaimed);
        claiming.entrySet().retainAll(held.entrySet());
        unclaimed.clear();
        claimed = claiming;
    }

    /** The claim failed, perhaps after something had come. */
    void claimFailed() {
        unclaimed.putAll(claimed());
    }

    /**
     * The terms of the units that came since {@link #claim}, by id, without those that have gone or are declared no more; they are
     * ready when they have {@link #begun}.
     */
    Map<String, Long> claimed() {
        Map<String, Long> units = claimed == null ? new HashMap<>() : new HashMap<>(claimed);
        units.entrySet().retainAll(held.entrySet());
        claimed = null;
        return Map.copyOf(units);
    }

    /** What was claimed runs. */
    void begun(Collection<String> units) {
        beginning.removeAll(units);
    }

    /** What was claimed does not run after all. */
    void notBegun(Collection<String> units) {
        beginning.removeAll(units);
        held.keySet().removeAll(units);
    }

    /** The engine has stopped and saved everything. */
    void stopped() {
        held.clear();
        uncertain.clear();
        coming = Map.of();
    }
}
