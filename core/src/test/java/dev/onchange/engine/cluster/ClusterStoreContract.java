package dev.onchange.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.cluster.MemberDeclaration.Declared;
import dev.onchange.engine.cluster.MemberInfo.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What the simulated store and the one in MongoDB have in common: else the simulation would show nothing. */
abstract class ClusterStoreContract {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final MemberInfo INFO =
            new MemberInfo("$name", "host", new ProcessId("$machine", 42, "1"), Mode.STANDBY, "v1");

    private final ObjectId one = new ObjectId();
    private final ObjectId other = new ObjectId();

    abstract ClusterStore store();

    abstract <T> T get(Mono<T> operation);

    /** Lets so much time pass on the server's clock at least. */
    abstract void pass(Duration time);

    private void run(Mono<Void> operation) {
        get(operation.thenReturn(true));
    }

    @Test
    void a_member_that_joins_is_alive_for_a_lease() {
        assertThat(get(store().join(one, INFO, LONG))).isTrue();

        Member member = member(one);

        assertThat(member.info()).isEqualTo(INFO);
        assertThat(member.state()).isEqualTo(Member.State.ALIVE);
        assertThat(member.left()).isBetween(Duration.ofSeconds(30), LONG);
    }

    @Test
    void a_member_that_joins_twice_for_want_of_an_answer_is_one_member() {
        get(store().join(one, INFO, LONG));
        Member before = member(one);

        assertThat(get(store().join(one, INFO, LONG))).isTrue();

        assertThat(get(store().members())).hasSize(1);
        assertThat(member(one).joined()).isEqualTo(before.joined());
        assertThat(member(one).beat()).isGreaterThan(before.beat());
    }

    @Test
    void a_beat_lengthens_the_lease() {
        get(store().join(one, INFO, Duration.ofMillis(1)));
        pass(Duration.ofMillis(10));
        assertThat(member(one).left()).isNegative();

        assertThat(get(store().beat(one, LONG, "v1", 3))).isTrue();

        assertThat(member(one).left()).isPositive();
        assertThat(member(one).streams()).isEqualTo(3);
    }

    @Test
    void a_death_is_certified_only_of_a_member_that_is_silent() {
        get(store().join(one, INFO, Duration.ofMillis(1)));
        pass(Duration.ofMillis(10));
        long seen = member(one).beat();
        get(store().beat(one, LONG, "v1", 3));

        assertThat(get(store().certify(one, seen, false))).isFalse();
        assertThat(get(store().certify(one, seen + 1, false))).isFalse();
        assertThat(get(store().certify(one, seen, true))).isFalse();

        assertThat(member(one).state()).isEqualTo(Member.State.ALIVE);
    }

    @Test
    void a_death_that_is_sure_waits_for_no_lease() {
        get(store().join(one, INFO, LONG));

        assertThat(get(store().certify(one, member(one).beat(), true))).isTrue();

        assertThat(member(one).state()).isEqualTo(Member.State.DEAD);
    }

    @Test
    void death_is_final() {
        get(store().join(one, INFO, Duration.ofMillis(1)));
        pass(Duration.ofMillis(10));
        assertThat(get(store().certify(one, member(one).beat(), false))).isTrue();

        assertThat(get(store().certify(one, 0, false))).isTrue();
        assertThat(get(store().beat(one, LONG, "v1", 3))).isFalse();
        assertThat(get(store().join(one, INFO, LONG))).isFalse();
        assertThat(get(store().leave(one))).isFalse();

        assertThat(member(one).state()).isEqualTo(Member.State.DEAD);
    }

    @Test
    void a_member_that_is_not_known_is_dead() {
        assertThat(get(store().beat(one, LONG, "v1", 3))).isFalse();
        assertThat(get(store().certify(one, 1, false))).isTrue();
    }

    @Test
    void a_member_that_leaves_is_seen_to_and_then_ends() {
        get(store().join(one, INFO, LONG));

        assertThat(get(store().leave(one))).isTrue();
        assertThat(member(one).state()).isEqualTo(Member.State.LEAVING);
        assertThat(get(store().beat(one, LONG, "v1", 3))).isTrue();
        assertThat(member(one).state()).isEqualTo(Member.State.LEAVING);
        run(store().end(one));

        assertThat(member(one).state()).isEqualTo(Member.State.ENDED);
        assertThat(get(store().beat(one, LONG, "v1", 3))).isFalse();
    }

    @Test
    void a_member_can_declare_something_else() {
        get(store().join(one, INFO, LONG));

        get(store().beat(one, LONG, "v2", 0));

        assertThat(member(one).info().declared()).isEqualTo("v2");
    }

    @Test
    void those_who_died_a_moment_ago_are_still_listed() {
        get(store().join(one, INFO, LONG));
        run(store().end(one));

        run(store().removeLongDead());

        assertThat(get(store().members())).hasSize(1);
    }

    @Test
    void declarations_are_stored_once() {
        MemberDeclaration first = new MemberDeclaration(
                "v1", Map.of("com.acme.Stock#low|3/8", new Declared("com.acme.Stock#low", "1", "shop.items")));

        run(store().declare(first));
        run(store().declare(new MemberDeclaration("v1", Map.of())));

        assertThat(get(store().declarations(List.of("v1", "v2")))).containsExactly(first);
    }

    @Test
    void the_leadership_is_taken_if_it_is_free_and_kept() {
        Leadership first = get(store().lead(one, LONG, List.of()));
        Leadership second = get(store().lead(other, LONG, List.of()));
        Leadership third = get(store().lead(one, LONG, List.of()));

        assertThat(List.of(first, second, third)).containsOnly(new Leadership(one, first.revision()));
    }

    @Test
    void the_leadership_is_taken_over_after_the_lease() {
        Leadership first = get(store().lead(one, Duration.ofMillis(1), List.of()));
        pass(Duration.ofMillis(10));

        Leadership second = get(store().lead(other, LONG, List.of()));

        assertThat(second.owner()).isEqualTo(other);
        assertThat(second.revision()).isGreaterThan(first.revision());
    }

    @Test
    void the_leadership_is_taken_over_from_the_dead_at_once() {
        get(store().lead(one, LONG, List.of()));

        assertThat(get(store().lead(other, LONG, List.of(new ObjectId(), one))).owner())
                .isEqualTo(other);
    }

    @Test
    void the_leadership_can_be_given_back() {
        get(store().lead(one, LONG, List.of()));
        run(store().resign(other));
        assertThat(get(store().lead(other, LONG, List.of())).owner()).isEqualTo(one);

        run(store().resign(one));

        assertThat(get(store().lead(other, LONG, List.of())).owner()).isEqualTo(other);
    }

    @Test
    void a_change_raises_the_revision() {
        run(store().changed().then());
        long before = get(store().lead(one, LONG, List.of())).revision();

        assertThat(get(store().changed())).isEqualTo(before + 1);

        assertThat(get(store().lead(one, LONG, List.of())).revision()).isEqualTo(before + 1);
    }

    @Test
    void a_unit_is_created_once() {
        write(new UnitWrite.Create("u", one), new UnitWrite.Create("v", one));
        write(new UnitWrite.Create("u", other));

        assertThat(get(store().units())).hasSize(2);
        assertThat(unit()).returns(one, Unit::owner).returns(null, Unit::next);
        assertThat(unit().term()).isPositive();
        assertThat(unit().ready()).isFalse();
        assertThat(unit().rested()).isGreaterThan(Duration.ofDays(1));
    }

    @Test
    void units_can_be_looked_up() {
        write(new UnitWrite.Create("u", one), new UnitWrite.Create("v", one));

        assertThat(get(store().units(List.of("u", "w")))).containsExactly(unit());
        assertThat(get(store().units(List.of()))).isEmpty();
    }

    @Test
    void a_unit_goes_from_the_expected_owner_and_term_to_another_with_the_next_term() {
        write(new UnitWrite.Create("u", one));
        long first = unit().term();
        write(new UnitWrite.Ready("u", one, first));
        write(new UnitWrite.Propose("u", one, first, other));

        write(new UnitWrite.Transfer("u", other, first, other, true));
        write(new UnitWrite.Transfer("u", one, first + 1, other, true));
        assertThat(unit()).returns(one, Unit::owner).returns(first, Unit::term).returns(other, Unit::next);
        assertThat(unit().ready()).isTrue();

        write(new UnitWrite.Transfer("u", one, first, other, false));
        assertThat(unit())
                .returns(other, Unit::owner)
                .returns(first + 1, Unit::term)
                .returns(null, Unit::next);
        assertThat(unit().ready()).isFalse();
        assertThat(unit().rested()).isGreaterThan(Duration.ofDays(1));
    }

    @Test
    void a_unit_that_was_moved_rests_from_then_on() {
        write(new UnitWrite.Create("u", one));
        long first = unit().term();

        write(new UnitWrite.Transfer("u", one, first, other, true));
        pass(Duration.ofMillis(10));

        assertThat(unit().rested()).isBetween(Duration.ofMillis(5), Duration.ofMinutes(1));
    }

    @Test
    void proposals_and_readiness_of_an_earlier_term_have_no_effect() {
        write(new UnitWrite.Create("u", one));
        long first = unit().term();
        write(new UnitWrite.Transfer("u", one, first, other, false));

        write(new UnitWrite.Propose("u", one, first, one), new UnitWrite.Ready("u", other, first));

        assertThat(unit().next()).isNull();
        assertThat(unit().ready()).isFalse();
    }

    @Test
    void a_proposal_can_be_taken_back() {
        write(new UnitWrite.Create("u", one));
        long first = unit().term();
        write(new UnitWrite.Propose("u", one, first, other));

        write(new UnitWrite.Propose("u", one, first, null));

        assertThat(unit().next()).isNull();
    }

    private void write(UnitWrite... writes) {
        run(store().write(List.of(writes)));
    }

    private Unit unit() {
        return get(store().units()).stream()
                .filter(unit -> unit.id().equals("u"))
                .findFirst()
                .orElseThrow();
    }

    private Member member(ObjectId id) {
        return Objects.requireNonNull(get(store().members()).stream()
                .filter(member -> member.id().equals(id))
                .findFirst()
                .orElse(null));
    }
}
