package dev.onchange.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.onchange.engine.cluster.MemberDeclaration.Declared;
import dev.onchange.engine.cluster.MemberInfo.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is to own which unit. */
class AssignmentTest {

    private static final Duration RESTED = Duration.ofHours(1);
    private static final ClusterSettings SETTINGS = ClusterSettings.withLease(ClusterSettings.LEASE);

    private final List<Member> members = new ArrayList<>();
    private final List<Unit> units = new ArrayList<>();
    private final List<MemberDeclaration> declarations = new ArrayList<>();

    @Test
    void units_without_owner_are_spread_evenly() {
        declare("v1", "a", "b", "c", "d", "e");
        member(1, "v1");
        member(2, "v1");

        Map<String, ObjectId> owners = owners(assignment().orphans());

        assertEquals(5, owners.size());
        assertEquals(Set.of(2L, 3L), new HashSet<>(counts(owners)));
    }

    @Test
    void units_of_one_scope_are_kept_together() {
        Map<String, Declared> declared = new HashMap<>();
        for (int i = 0; i < 6; i++) {
            declared.put("u" + i, new Declared("u" + i, "v", i < 3 ? "orders" : "stock"));
        }
        declarations.add(new MemberDeclaration("v1", declared));
        member(1, "v1");
        member(2, "v1");

        Map<String, ObjectId> owners = owners(assignment().orphans());

        assertEquals(owners.get("u0"), owners.get("u1"));
        assertEquals(owners.get("u0"), owners.get("u2"));
        assertEquals(owners.get("u3"), owners.get("u4"));
        assertEquals(Set.of(3L), new HashSet<>(counts(owners)));
    }

    @Test
    void units_of_the_living_are_asked_for_and_not_taken() {
        declare("v1", "a", "b", "c", "d");
        ObjectId one = member(1, "v1");
        ObjectId other = member(2, "v1");
        List.of("a", "b", "c", "d").forEach(id -> unit(id, one, null, RESTED));

        assertEquals(List.of(), assignment().orphans());
        List<UnitWrite> moves = assignment().moves();

        assertEquals(2, moves.size());
        moves.forEach(move -> assertEquals(other, ((UnitWrite.Propose) move).next()));
    }

    @Test
    void units_of_thousands_of_scopes_are_divided_and_each_scope_stays_whole() {
        Map<String, Declared> declared = new HashMap<>();
        for (int i = 0; i < 12_000; i++) {
            declared.put("u" + i, new Declared("u" + i, "1", "scope" + i / 2));
        }
        declarations.add(new MemberDeclaration("v1", declared));
        ObjectId one = member(1, "v1");
        member(2, "v1");
        declared.keySet().forEach(id -> unit(id, one, null, RESTED));

        List<UnitWrite> moves = assignment().moves();

        assertEquals(6_000, moves.size());
        assertEquals(
                3_000,
                moves.stream()
                        .map(move -> Objects.requireNonNull(declared.get(move.unit()))
                                .scope())
                        .distinct()
                        .count());
    }

    @Test
    void a_unit_whose_owner_has_died_is_served_as_long_as_some_member_declares_it() {
        declare("v1", "a");
        ObjectId one = member(1, "v1");
        unit("a", new ObjectId(), null, RESTED);
        unit("b", new ObjectId(), null, RESTED);
        unit("c", one, null, RESTED);
        unit("d", Assignment.NOBODY, null, RESTED);

        assertEquals(
                List.of("a", "c"),
                List.of("a", "b", "c", "d", "e").stream()
                        .filter(view()::isServed)
                        .toList());
    }

    @Test
    void a_unit_that_was_moved_a_moment_ago_stays() {
        declare("v1", "a", "b");
        ObjectId one = member(1, "v1");
        member(2, "v1");
        unit("a", one, null, Duration.ofSeconds(1));
        unit("b", one, null, Duration.ofSeconds(1));

        assertEquals(List.of(), assignment().moves());
    }

    @Test
    void a_balanced_cluster_moves_nothing() {
        declare("v1", "a", "b", "c");
        ObjectId one = member(1, "v1");
        ObjectId other = member(2, "v1");
        unit("a", one, null, RESTED);
        unit("b", one, null, RESTED);
        unit("c", other, null, RESTED);

        assertEquals(List.of(), assignment().moves());
    }

    @Test
    void units_go_to_the_newest_version_that_lives_and_others_stay_with_the_old_one() {
        declare("old", "a", "only-old");
        declarations.add(new MemberDeclaration(
                "new",
                Map.of("a", new Declared("a", "2", "scope"), "only-new", new Declared("only-new", "1", "scope"))));
        ObjectId old = member(1, "old");
        ObjectId young = member(2, "new");
        unit("a", old, null, RESTED);
        unit("only-old", old, null, RESTED);

        assertEquals(Map.of("only-new", young), owners(assignment().orphans()));
        assertEquals(
                List.of(new UnitWrite.Propose("a", old, 1, young)), assignment().moves());
    }

    @Test
    void a_proposal_for_a_member_that_has_died_is_taken_back() {
        declare("v1", "a");
        ObjectId one = member(1, "v1");
        unit("a", one, new ObjectId(), RESTED);

        UnitWrite.Propose back = (UnitWrite.Propose) assignment().moves().get(0);

        assertNull(back.next());
    }

    @Test
    void of_members_in_standby_the_one_that_works_keeps_everything() {
        declare("v1", "a", "b", "c");
        member(1, "v1", Mode.STANDBY);
        ObjectId active = member(2, "v1", Mode.STANDBY);
        unit("a", active, null, RESTED);
        unit("b", active, null, RESTED);

        assertEquals(Map.of("c", active), owners(assignment().orphans()));
        assertEquals(List.of(), assignment().moves());
    }

    @Test
    void a_member_alone_keeps_what_it_declares() {
        declare("v1", "a", "b");
        ObjectId alone = member(1, "v1", Mode.ALONE);
        member(2, "v1");
        unit("a", alone, null, RESTED);
        unit("b", alone, null, RESTED);

        assertEquals(List.of(), assignment().moves());
    }

    private Assignment assignment() {
        return new Assignment(view(), SETTINGS);
    }

    private ClusterView view() {
        return ClusterView.EMPTY.withUnits(units).withMembers(members).withDeclarations(declarations);
    }

    private void declare(String hash, String... ids) {
        Map<String, Declared> declared = new HashMap<>();
        for (String id : ids) {
            declared.put(id, new Declared(id, "1", "scope"));
        }
        declarations.add(new MemberDeclaration(hash, declared));
    }

    private ObjectId member(int number, String declared) {
        return member(number, declared, Mode.SHARING);
    }

    private ObjectId member(int number, String declared, Mode mode) {
        ObjectId id = new ObjectId(number, 0);
        MemberInfo info = new MemberInfo("", "host", new ProcessId("", number, ""), mode, declared);
        members.add(
                new Member(id, info, Member.State.ALIVE, 1, Duration.ofSeconds(5), Instant.ofEpochSecond(number), 0));
        return id;
    }

    private void unit(String id, ObjectId owner, @Nullable ObjectId next, Duration rested) {
        units.add(new Unit(id, owner, 1, next, true, rested));
    }

    private static Map<String, ObjectId> owners(List<UnitWrite> writes) {
        return writes.stream()
                .collect(Collectors.toMap(
                        UnitWrite::unit,
                        write -> write instanceof UnitWrite.Create create
                                ? create.owner()
                                : ((UnitWrite.Transfer) write).to()));
    }

    private static List<Long> counts(Map<String, ObjectId> owners) {
        return owners.values().stream()
                .collect(Collectors.groupingBy(id -> id, Collectors.counting()))
                .values()
                .stream()
                .toList();
    }
}
