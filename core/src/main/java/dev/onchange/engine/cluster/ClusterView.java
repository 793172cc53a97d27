package dev.onchange.engine.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as a member has read it.
 *
 * @param members by id, in the order in which they joined; the dead ones included
 * @param units by id
 * @param declarations by hash
 */
public record ClusterView(
        Map<ObjectId, Member> members, Map<String, Unit> units, Map<String, MemberDeclaration> declarations) {

    static final ClusterView EMPTY = new ClusterView(Map.of(), Map.of(), Map.of());

    /** Of declarations, those are kept that one of them has. */
    ClusterView withMembers(List<Member> all) {
        List<Member> inOrder = new ArrayList<>(all);
        inOrder.sort(Member::compareByJoining);
        Map<ObjectId, Member> byId = new LinkedHashMap<>();
        Map<String, MemberDeclaration> declared = new HashMap<>();
        for (Member member : inOrder) {
            byId.put(member.id(), member);
            MemberDeclaration known = declarations.get(member.info().declared());
            if (known != null) {
                declared.put(known.hash(), known);
            }
        }
        return new ClusterView(byId, units, declared);
    }

    ClusterView withUnits(List<Unit> all) {
        Map<String, Unit> byId = new HashMap<>(2 * all.size());
        all.forEach(unit -> byId.put(unit.id(), unit));
        return new ClusterView(members, byId, declarations);
    }

    /** These, and of some units what was read since. */
    ClusterView andUnits(List<Unit> some) {
        Map<String, Unit> byId = new HashMap<>(units);
        some.forEach(unit -> byId.put(unit.id(), unit));
        return new ClusterView(members, byId, declarations);
    }

    ClusterView withDeclarations(Collection<MemberDeclaration> some) {
        Map<String, MemberDeclaration> all = new HashMap<>(declarations);
        some.forEach(declaration -> all.put(declaration.hash(), declaration));
        return new ClusterView(members, units, all);
    }

    ClusterView withDead(ObjectId id) {
        Map<ObjectId, Member> all = new LinkedHashMap<>(members);
        all.computeIfPresent(
                id,
                (any, was) -> new Member(id, was.info(), Member.State.DEAD, was.beat(), was.left(), was.joined(), 0));
        return new ClusterView(all, units, declarations);
    }

    /** The hashes of living members' declarations that have not been read. */
    List<String> unknownDeclarations() {
        Set<String> unknown = new LinkedHashSet<>();
        for (Member member : members.values()) {
            String hash = member.info().declared();
            if (!member.isDead() && !declarations.containsKey(hash)) {
                unknown.add(hash);
            }
        }
        return List.copyOf(unknown);
    }

    List<ObjectId> dead() {
        List<ObjectId> dead = new ArrayList<>();
        for (Member member : members.values()) {
            if (member.isDead()) {
                dead.add(member.id());
            }
        }
        return dead;
    }

    /** Null if it is unknown. */
    @Nullable
    Member member(ObjectId id) {
        return members.get(id);
    }

    /** Whether nobody can work at the unit. A member that is not known was removed long after its death. */
    boolean isOrphan(Unit unit) {
        Member owner = members.get(unit.owner());
        return owner == null || owner.isDead();
    }

    /** Whether a member has the unit, or will as soon as another one is given it whose owner has died. */
    public boolean isServed(String id) {
        Unit unit = units.get(id);
        return unit != null && (!isOrphan(unit) || !unit.owner().equals(Assignment.NOBODY) && isDeclared(id));
    }

    private boolean isDeclared(String unit) {
        return members.values().stream()
                .filter(member -> !member.isDead())
                .anyMatch(member -> declared(member, unit) != null);
    }

    /** What a member declares of a unit; null if it does not declare it. */
    MemberDeclaration.@Nullable Declared declared(Member member, String unit) {
        MemberDeclaration declaration = declarations.get(member.info().declared());
        return declaration == null ? null : declaration.units().get(unit);
    }
}
