package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and leases of instances. */
class InstanceSettingsTest {

    private static final Cluster QUICK = Cluster.usual().withLease(Duration.ofSeconds(2));

    private final Ground ground = new Ground();

    @AfterEach
    void close() {
        ground.close();
    }

    record Shop(List<Integer> seen) {

        @OnChange(collection = "items", id = "a")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    private ChangeListenersBuilder builder(List<Integer> seen) {
        return ground.builder(new Shop(seen)).cluster(QUICK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1.999S", "PT0S", "PT-6S", "PT10M0.001S"})
    void a_lease_that_is_too_short_or_too_long_is_refused_with_the_bounds(Duration lease) {
        assertThatThrownBy(() -> Cluster.usual().withLease(lease))
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining(ProblemCode.INVALID_CLUSTER.id())
                .hasMessageContaining("the lease is " + lease + ", but it must last from PT2S to PT10M");
    }

    @Test
    void a_name_whose_placeholder_has_no_value_is_refused_by_the_placeholder() {
        assertThatThrownBy(() ->
                        builder(List.of()).instance("web-${NO_SUCH_PLACE}").start())
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("NO_SUCH_PLACE")
                .hasMessageContaining("ChangeListenersBuilder.instance(…)");
        assertThat(ground.databases()).doesNotContain(ground.state());
    }

    @Test
    void a_name_that_is_too_long_is_refused_with_its_length() {
        assertThatThrownBy(() -> builder(List.of()).instance("a".repeat(256)).start())
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining(ProblemCode.INVALID_CLUSTER.id())
                .hasMessageContaining("256 letters");
        assertThat(ground.databases()).doesNotContain(ground.state());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void an_empty_name_is_none(String name) {
        try (ChangeListeners listeners = builder(List.of()).instance(name).start()) {
            assertThat(listeners.status().cluster().members())
                    .singleElement()
                    .satisfies(member -> assertThat(member.name()).isEmpty());
        }
    }

    @Test
    void a_name_may_have_letters_of_any_kind() {
        String name = "Käse $x {a: 1} \u732b'\"";
        try (ChangeListeners listeners = builder(List.of()).instance(name).start()) {
            assertThat(listeners.status().cluster().members())
                    .singleElement()
                    .satisfies(member -> assertThat(member.name()).isEqualTo(name));
        }
    }

    @Test
    void two_living_instances_of_one_name_by_mistake_still_handle_each_change() {
        List<Integer> seen = new CopyOnWriteArrayList<>();
        try (ChangeListeners one = builder(seen).instance("web-1").start();
                ChangeListeners other = builder(seen).instance("web-1").start()) {
            await().until(() -> members(one) == 2 && members(other) == 2);
            for (int i = 0; i < 20; i++) {
                ground.insert("items", i);
            }
            await().until(() -> seen.size() >= 20);

            assertThat(seen).doesNotHaveDuplicates().hasSize(20);
        }
    }

    private static int members(ChangeListeners listeners) {
        return listeners.status().cluster().members().size();
    }
}
