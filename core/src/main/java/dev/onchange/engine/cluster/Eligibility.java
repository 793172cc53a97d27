package dev.onchange.engine.cluster;

import dev.onchange.engine.cluster.MemberDeclaration.Declared;
import dev.onchange.engine.cluster.MemberInfo.Mode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Which members may own which units: those that are alive and declare the unit in its newest version. The newest version is
 * the one whose first living member joined last. A member that is alone has what it declares for itself; of members in
 * standby one has everything.
 */
final class Eligibility {

    private final ClusterView view;
    private final List<Member> living;
    private final List<String> hashes;
    private final @Nullable Member active;
    private final Map<List<String>, Owners> byHashes = new HashMap<>();
    private final Map<String, String> handlers = new HashMap<>();
    private final Map<String, String> newestVersions = new HashMap<>();
    private final Set<String> oldPartsAtWork = new HashSet<>();
    private final Map<String, Owners> byUnit = new HashMap<>();

    /** Members that may own a unit, in the order in which they joined. */
    private record Owners(List<Member> members, Set<ObjectId> ids) {

        private static final Owners NONE = of(List.of());

        static Owners of(List<Member> members) {
            Set<ObjectId> ids = new HashSet<>();
            for (Member member : members) {
                ids.add(member.id());
            }
            return new Owners(members, ids);
        }
    }

    Eligibility(ClusterView view) {
        this.view = view;
        this.living = living(view);
        this.hashes = hashes();
        this.active = active();
        // The members stand in the order in which they joined: the version that is met last for the first time is the
        // newest.
        Map<String, Set<String>> met = new HashMap<>();
        for (String hash : hashes) {
            for (Map.Entry<String, Declared> each : declaration(hash).units().entrySet()) {
                Declared declared = each.getValue();
                handlers.put(each.getKey(), declared.handler());
                if (hashes.size() == 1
                        || met.computeIfAbsent(declared.handler(), any -> new HashSet<>())
                                .add(declared.version())) {
                    newestVersions.put(declared.handler(), declared.version());
                }
            }
        }
        for (Unit unit : view.units().values()) {
            if (!view.isOrphan(unit) && isOutdated(unit.id())) {
                oldPartsAtWork.add(Objects.requireNonNull(handlers.get(unit.id())));
            }
        }
    }

    private static List<Member> living(ClusterView view) {
        List<Member> living = new ArrayList<>();
        for (Member member : view.members().values()) {
            if (member.isAlive()) {
                living.add(member);
            }
        }
        return living;
    }

    private static List<Member> inMode(Mode mode, List<Member> members) {
        List<Member> some = new ArrayList<>();
        for (Member member : members) {
            if (member.info().mode() == mode) {
                some.add(member);
            }
        }
        return some;
    }

    private MemberDeclaration declaration(String hash) {
        return Objects.requireNonNull(view.declarations().get(hash));
    }

    private @Nullable Member active() {
        List<Member> standby = inMode(Mode.STANDBY, living);
        if (standby.isEmpty()) {
            return null;
        }
        Map<ObjectId, Long> owned =
                view.units().values().stream().collect(Collectors.groupingBy(Unit::owner, Collectors.counting()));
        ToLongFunction<Member> count = member -> owned.getOrDefault(member.id(), 0L);
        return Collections.min(
                standby, Comparator.comparingLong(count).reversed().thenComparing(Member::joined));
    }

    /** The units that living members declare, in an order that keeps those of one scope together. */
    List<String> units() {
        Map<String, String> scopes = new HashMap<>();
        for (String hash : hashes) {
            for (Map.Entry<String, Declared> each : declaration(hash).units().entrySet()) {
                scopes.put(each.getKey(), each.getValue().scope());
            }
        }
        List<String> units = new ArrayList<>(scopes.keySet());
        if (units.size() > 1) {
            units.sort(Comparator.comparing((String unit) -> scopes.get(unit)).thenComparing(unit -> unit));
        }
        return units;
    }

    private List<String> hashes() {
        Set<String> declared = new LinkedHashSet<>();
        for (Member member : living) {
            declared.add(member.info().declared());
        }
        declared.retainAll(view.declarations().keySet());
        return List.copyOf(declared);
    }

    List<Member> living() {
        return living;
    }

    /** In the order in which they joined; empty if no living member declares the unit. */
    List<Member> of(String unit) {
        return ownersOf(unit).members();
    }

    boolean mayOwn(String unit, ObjectId member) {
        return owners(unit).contains(member);
    }

    /** The ids of the members that may own the unit. */
    Set<ObjectId> owners(String unit) {
        return ownersOf(unit).ids();
    }

    private Owners ownersOf(String unit) {
        Owners known = byUnit.get(unit);
        if (known == null) {
            known = find(unit);
            byUnit.put(unit, known);
        }
        return known;
    }

    private Owners find(String unit) {
        String handler = handlers.get(unit);
        String newest = handler == null ? null : newestVersions.get(handler);
        List<String> declaring = new ArrayList<>();
        for (String hash : hashes) {
            Declared declared = declaration(hash).units().get(unit);
            if (declared != null && declared.version().equals(newest)) {
                declaring.add(hash);
            }
        }
        return declaring.isEmpty()
                ? Owners.NONE
                : byHashes.computeIfAbsent(declaring, some -> Owners.of(declaring(some)));
    }

    /**
     * Whether the handler of a unit is declared in other parts by now, and someone still works at some part as it was: no
     * new part may begin before that.
     */
    boolean waitsForOthers(String unit) {
        String handler = handlers.get(unit);
        return handler != null && oldPartsAtWork.contains(handler);
    }

    /** Whether a living member declares the handler of the unit, in this or in other parts. */
    boolean isOutdated(String unit) {
        return handlers.containsKey(unit) && of(unit).isEmpty();
    }

    private List<Member> declaring(List<String> hashes) {
        Set<String> wanted = new HashSet<>(hashes);
        List<Member> all = new ArrayList<>();
        for (Member member : living) {
            if (wanted.contains(member.info().declared())) {
                all.add(member);
            }
        }
        List<Member> alone = inMode(Mode.ALONE, all);
        if (!alone.isEmpty()) {
            return alone.subList(0, 1);
        }
        List<Member> standby = inMode(Mode.STANDBY, all);
        if (standby.isEmpty()) {
            return all;
        }
        return active != null && standby.contains(active) ? List.of(active) : standby.subList(0, 1);
    }
}
