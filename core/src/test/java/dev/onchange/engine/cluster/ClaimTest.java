package dev.onchange.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.onchange.engine.cluster.MemberDeclaration.Declared;
import dev.onchange.engine.cluster.MemberInfo.Mode;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final ClusterMember member = member(store);

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

    @Test
    void what_was_taken_by_a_claim_that_failed_later_is_claimed_by_the_next_one() {
        AtomicInteger failures = new AtomicInteger(1);
        ClusterMember beginning = member(failingToTell(failures));

        stores.get(beginning.claim(declaration("a")).onErrorReturn(Map.of()));
        assertThat(failures).hasValue(0);

        assertThat(stores.get(beginning.claim(declaration("a")))).containsOnlyKeys("a");
    }

    @Test
    void what_was_taken_by_a_claim_that_failed_and_is_declared_no_more_is_not_claimed() {
        ClusterMember beginning = member(failingToTell(new AtomicInteger(1)));
        stores.get(beginning.claim(declaration("a")).onErrorReturn(Map.of()));

        assertThat(stores.get(beginning.claim(declaration("b")))).containsOnlyKeys("b");
    }

    /** The store, which is not told of so many changes. */
    private ClusterStore failingToTell(AtomicInteger times) {
        return (ClusterStore) Proxy.newProxyInstance(
                ClusterStore.class.getClassLoader(),
                new Class<?>[] {ClusterStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("changed") && times.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                        return Mono.error(new IllegalStateException("not told"));
                    }
                    return method.invoke(store, arguments);
                });
    }

    private ClusterMember member(ClusterStore of) {
        return new ClusterMember(
                new ClusterMember.Parts(of, stores.commands(), idle, idle, () -> 0),
                new ClusterMember.Identity(INFO, declaration(), ObjectId::new, process -> false),
                settings,
                new LocalDeadline(ClusterTime.of(Clock.systemUTC()), settings),
                view -> {},
                () -> {});
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
