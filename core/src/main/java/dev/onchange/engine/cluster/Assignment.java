package dev.onchange.engine.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Who is to own which units: a function of what was read. In this order: a member that {@linkplain Eligibility may} own the
 * unit, the one that has it, balance, as few members as possible that read one scope.
 */
final class Assignment {

    /** Owner of a unit that nobody is to own: its handler is divided in another way by now. */
    static final ObjectId NOBODY = new ObjectId(new byte[12]);

    private final ClusterView view;
    private final ClusterSettings settings;
    private final Eligibility eligibility;
    private final List<String> units;
    private final Map<ObjectId, Integer> load = new LinkedHashMap<>();
    private final Map<ObjectId, Map<String, Integer>> scopes = new HashMap<>();
    private final Map<String, @Nullable ObjectId> intended = new HashMap<>();
    private final Map<String, String> scopeOf = new HashMap<>();

    Assignment(ClusterView view, ClusterSettings settings) {
        this.view = view;
        this.settings = settings;
        this.eligibility = new Eligibility(view);
        this.units = eligibility.units();
        eligibility.living().forEach(member -> load.put(member.id(), 0));
        units.forEach(this::count);
    }

    private void count(String id) {
        Unit unit = view.units().get(id);
        if (unit == null || view.isOrphan(unit)) {
            return;
        }
        ObjectId next = unit.next();
        ObjectId then = next != null && isEligible(id, next) ? next : unit.owner();
        if (load.containsKey(then)) {
            intend(id, then);
        }
    }

    private void intend(String unit, ObjectId owner) {
        ObjectId before = intended.put(unit, owner);
        String scope = scope(unit);
        if (before != null) {
            load.merge(before, -1, Integer::sum);
            scopesOf(before).merge(scope, -1, Integer::sum);
        }
        load.merge(owner, 1, Integer::sum);
        scopesOf(owner).merge(scope, 1, Integer::sum);
    }

    private Map<String, Integer> scopesOf(ObjectId member) {
        return scopes.computeIfAbsent(member, any -> new HashMap<>());
    }

    private String scope(String unit) {
        return scopeOf.computeIfAbsent(unit, this::declaredScope);
    }

    private String declaredScope(String unit) {
        List<Member> owners = eligibility.of(unit);
        return owners.isEmpty()
                ? ""
                : Objects.requireNonNull(view.declared(owners.get(0), unit)).scope();
    }

    private boolean isEligible(String unit, ObjectId member) {
        return eligibility.mayOwn(unit, member);
    }

    private int scopeCount(ObjectId member, String scope) {
        return scopesOf(member).getOrDefault(scope, 0);
    }

    /** The best member for a unit; null if there is none. */
    private @Nullable ObjectId best(String unit, List<Member> candidates) {
        if (candidates.size() < 2) {
            return candidates.isEmpty() ? null : candidates.get(0).id();
        }
        int share = (units.size() + load.size() - 1) / Math.max(1, load.size());
        Comparator<ObjectId> best = Comparator.<ObjectId, Boolean>comparing(id -> load.getOrDefault(id, 0) >= share)
                .thenComparing(id -> scopeCount(id, scope(unit)) == 0)
                .thenComparing(id -> load.getOrDefault(id, 0))
                .thenComparing(Comparator.naturalOrder());
        return candidates.stream().map(Member::id).min(best).orElse(null);
    }

    /** Units that nobody can work at get an owner. */
    List<UnitWrite> orphans() {
        List<UnitWrite> writes = new ArrayList<>();
        for (String id : units) {
            Unit unit = view.units().get(id);
            if ((unit == null || view.isOrphan(unit)) && !eligibility.waitsForOthers(id)) {
                ObjectId best = best(id, eligibility.of(id));
                if (best != null) {
                    intend(id, best);
                    writes.add(
                            unit == null
                                    ? new UnitWrite.Create(id, best)
                                    : new UnitWrite.Transfer(id, unit.owner(), unit.term(), best, false));
                }
            }
        }
        return writes;
    }

    /** The units of a member that is leaving get other owners. */
    List<UnitWrite> away(ObjectId leaving) {
        List<UnitWrite> writes = new ArrayList<>();
        for (String id : units) {
            Unit unit = view.units().get(id);
            if (unit != null && unit.owner().equals(leaving)) {
                ObjectId best = best(id, eligibility.of(id));
                if (best != null) {
                    intend(id, best);
                    writes.add(new UnitWrite.Transfer(id, leaving, unit.term(), best, false));
                }
            }
        }
        return writes;
    }

    /** Units of the living that another member is to have; they are not taken from their owners. */
    List<UnitWrite> moves() {
        Map<String, ObjectId> planned = new LinkedHashMap<>();
        Map<ObjectId, MovableUnits> movable = new HashMap<>();
        for (String id : units) {
            Unit unit = view.units().get(id);
            if (unit != null && !view.isOrphan(unit)) {
                planOne(unit, planned, movable);
            }
        }
        balance(planned, movable);
        List<UnitWrite> writes = new ArrayList<>();
        planned.forEach((id, to) -> propose(Objects.requireNonNull(view.units().get(id)), to, writes));
        return writes;
    }

    private static void propose(Unit unit, ObjectId to, List<UnitWrite> writes) {
        ObjectId next = to.equals(unit.owner()) ? null : to;
        if (!Objects.equals(next, unit.next())) {
            writes.add(new UnitWrite.Propose(unit.id(), unit.owner(), unit.term(), next));
        }
    }

    private void planOne(Unit unit, Map<String, ObjectId> planned, Map<ObjectId, MovableUnits> movable) {
        String id = unit.id();
        ObjectId next = unit.next();
        boolean ownerMayKeep = isEligible(id, unit.owner());
        if (next != null && isEligible(id, next)) {
            return;
        }
        if (eligibility.isOutdated(id)) {
            planned.put(id, NOBODY);
            return;
        }
        if (next != null) {
            planned.put(id, unit.owner());
        }
        Member owner = view.member(unit.owner());
        boolean rested = unit.rested().compareTo(settings.rest()) >= 0;
        if (owner == null || !owner.isAlive() || !rested) {
            return;
        }
        if (ownerMayKeep && load.size() > 1) {
            movable.computeIfAbsent(unit.owner(), from -> new MovableUnits(from, this::scopeCount))
                    .add(id, scope(id), eligibility.owners(id));
        } else if (!ownerMayKeep) {
            ObjectId best = best(id, eligibility.of(id));
            if (best != null) {
                intend(id, best);
                planned.put(id, best);
            }
        }
    }

    private void balance(Map<String, ObjectId> planned, Map<ObjectId, MovableUnits> movable) {
        movable.forEach((from, units) -> {
            while (isOverloaded(from)) {
                String unit = moved(from, units);
                if (unit == null) {
                    break;
                }
                planned.put(unit, Objects.requireNonNull(intended.get(unit)));
            }
        });
    }

    private boolean isOverloaded(ObjectId member) {
        int least = load.values().stream().mapToInt(Integer::intValue).min().orElse(0);
        return load(member) - least >= 2;
    }

    /** Lets the least loaded member that may have it have one of the units; null if there is none for any. */
    private @Nullable String moved(ObjectId from, MovableUnits units) {
        for (ObjectId to : byLoad()) {
            if (load(from) - load(to) < 2) {
                return null;
            }
            String unit = units.move(to, this::intend);
            if (unit != null) {
                return unit;
            }
        }
        return null;
    }

    private int load(ObjectId member) {
        return load.getOrDefault(member, 0);
    }

    private List<ObjectId> byLoad() {
        return load.keySet().stream()
                .sorted(Comparator.comparingInt(this::load).thenComparing(Comparator.naturalOrder()))
                .toList();
    }
}
