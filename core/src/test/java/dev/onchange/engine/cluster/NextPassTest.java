package dev.onchange.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.cluster.MemberDeclaration.Declared;
import dev.onchange.engine.cluster.MemberInfo.Mode;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** How soon a member that has joined passes again. */
class NextPassTest {

    private static final Duration BEAT = Duration.ofMinutes(1);
    private static final Duration SOON = BEAT.dividedBy(6);
    private static final MemberInfo INFO =
            new MemberInfo("", "host", new ProcessId("machine", 1, "1"), Mode.SHARING, "");

    private final SimulatedStores stores = new SimulatedStores();
    private final ClusterSettings settings = new ClusterSettings(
            BEAT.multipliedBy(4), BEAT, Duration.ofSeconds(1), BEAT, Duration.ofSeconds(2), Duration.ofSeconds(30));
    private final ObjectId other = new ObjectId();

    @Test
    void one_that_joins_beside_another_expects_changes_soon() {
        stores.get(stores.members().join(other, INFO, settings.lease()));

        assertThat(joined()).isLessThan(SOON);
    }

    @Test
    void one_that_joins_after_another_has_ended_is_in_no_hurry() {
        stores.get(stores.members().join(other, INFO, settings.lease()));
        stores.get(stores.members().end(other).then(Mono.just(true)));

        assertThat(joined()).isGreaterThan(SOON);
    }

    @Test
    void one_that_begins_with_what_it_has_claimed_is_in_no_hurry_until_it_has_begun() {
        ClusterMember member = member();
        stores.get(member.claim(new MemberDeclaration("hash", Map.of("a", new Declared("a", "1", "shop.stock")))));

        Duration beginning = member.untilFirst();
        member.begun(List.of("a"));

        assertThat(beginning).isGreaterThan(SOON);
        assertThat(member.untilFirst()).isLessThan(SOON);
    }

    /** The time from its second pass to the next one. */
    private Duration joined() {
        ClusterMember member = member();
        stores.get(member.pass());
        return stores.get(member.pass());
    }

    private ClusterMember member() {
        IdleUnits idle = new IdleUnits();
        return new ClusterMember(
                new ClusterMember.Parts(stores.members(), stores.commands(), idle, idle, () -> 0),
                new ClusterMember.Identity(INFO, new MemberDeclaration("", Map.of()), ObjectId::new, process -> false),
                settings,
                new LocalDeadline(ClusterTime.of(Clock.systemUTC()), settings),
                view -> {},
                () -> {});
    }
}
