package dev.onchange.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.onchange.engine.cluster.MemberDeclaration.Declared;
import dev.onchange.engine.cluster.MemberInfo.Mode;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What a member claims between two passes. */
class ClaimTest {

    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final MemberInfo INFO =
            new MemberInfo("", "host", new ProcessId("machine", 1, "1"), Mode.SHARING, "");

    private final SimulatedStores stores = new SimulatedStores();
    private final ClusterStore store = stores.members();
    private final IdleUnits idle = new IdleUnits();
    private final ClusterSettings settings = ClusterSettings.withLease(LEASE);
    private final ClusterMember member = new ClusterMember(
            new ClusterMember.Parts(store, stores.commands(), idle, idle, () -> 0),
            new ClusterMember.Identity(INFO, declaration(), ObjectId::new, process -> false),
            settings,
            new LocalDeadline(ClusterTime.of(Clock.systemUTC()), settings),
            view -> {},
            () -> {});

    @BeforeEach
    void passSome() {
        pass();
        pass();
        pass();
    }

    @Test
    void what_is_declared_anew_is_claimed_at_once() {
        assertThat(claim("a").keySet()).containsExactly("a");
        assertThat(claim("a", "b").keySet()).containsExactly("b");

        assertThat(stores.get(store.units()))
                .extracting(Unit::id, Unit::owner)
                .containsOnly(tuple("a", member.id()), tuple("b", member.id()));
        assertThat(stores.get(store.members()))
                .extracting(each -> each.info().declared())
                .containsExactly(declaration("a", "b").hash());
    }

    @Test
    void what_another_member_was_given_meanwhile_is_not_claimed() {
        ObjectId other = new ObjectId();
        stores.get(store.join(other, INFO, LEASE));
        long term = Objects.requireNonNull(claim("a").get("a"));
        member.begun(List.of("a"));
        member.declare(declaration());
        pass();
        run(store.write(List.of(new UnitWrite.Transfer("a", Objects.requireNonNull(member.id()), term, other, false))));

        assertThat(claim("a")).isEmpty();
    }

    @Test
    void what_comes_after_a_claim_that_failed_is_left_to_the_owner() {
        Mono<Map<String, Long>> late = member.claim(declaration("a"));
        stores.withoutPrimary(() -> run(late.then().onErrorComplete()));

        pass();

        assertThat(member.held()).isEmpty();
    }

    private Map<String, Long> claim(String... units) {
        return stores.get(member.claim(declaration(units)));
    }

    private static MemberDeclaration declaration(String... units) {
        return new MemberDeclaration(
                String.join(",", units),
                Stream.of(units)
                        .collect(Collectors.toMap(
                                unit -> unit,
                                unit -> new Declared(unit, "1", "shop.items"),
                                (a, b) -> a,
                                TreeMap::new)));
    }

    private void pass() {
        stores.get(member.pass());
    }

    private void run(Mono<Void> operation) {
        stores.get(operation.thenReturn(true));
    }
}
