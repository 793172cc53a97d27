package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.status.ClusterStatus;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several listeners that share a state database. */
class SeveralInstancesTest {

    private static final Cluster QUICK = Cluster.usual().withLease(Duration.ofSeconds(2));

    private final Ground ground = new Ground();

    @AfterEach
    void close() {
        ground.close();
    }

    static final class Shop {
        final List<Integer> a = new CopyOnWriteArrayList<>();
        final List<Integer> b = new CopyOnWriteArrayList<>();

        @OnChange(collection = "items", id = "a")
        void a(Document item) {
            a.add(item.getInteger("_id"));
        }

        @OnChange(collection = "items", id = "b")
        void b(Document item) {
            b.add(item.getInteger("_id"));
        }
    }

    private ChangeListenersBuilder builder(Object... handlers) {
        return ground.builder(handlers).cluster(QUICK);
    }

    private static List<Integer> sorted(List<Integer> one, List<Integer> other) {
        List<Integer> all = new ArrayList<>(one);
        all.addAll(other);
        Collections.sort(all);
        return all;
    }

    @Test
    void an_instance_alone_takes_everything_at_once() {
        Shop shop = new Shop();
        try (ChangeListeners listeners = builder(shop).start()) {
            ground.insert("items", 1);
            await().until(() -> shop.a.size() == 1 && shop.b.size() == 1);

            ClusterStatus cluster = listeners.status().cluster();
            assertThat(cluster.members())
                    .singleElement()
                    .satisfies(member -> assertThat(member.self()).isTrue());
            assertThat(cluster.ownerOf("a")).isPresent();
        }
    }

    @Test
    void two_instances_share_the_handlers_and_each_change_is_handled_once() {
        Shop one = new Shop();
        Shop other = new Shop();
        List<ListenerEvent> events = new CopyOnWriteArrayList<>();
        try (ChangeListeners first = builder(one).listener(events::add).start();
                ChangeListeners second = builder(other).start()) {
            for (int i = 0; i < 50; i++) {
                ground.insert("items", i);
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            listening(first).size() == 1 && listening(second).size() == 1);
            for (int i = 50; i < 100; i++) {
                ground.insert("items", i);
            }
            await().until(() -> one.a.size() + other.a.size() >= 100 && one.b.size() + other.b.size() >= 100);

            assertThat(sorted(one.a, other.a)).doesNotHaveDuplicates().hasSize(100);
            assertThat(sorted(one.b, other.b)).doesNotHaveDuplicates().hasSize(100);
            assertThat(events).anyMatch(ListenerEvent.MemberJoined.class::isInstance);
            assertThat(events).anyMatch(ListenerEvent.HandlerGiven.class::isInstance);
        }
    }

    private static List<String> listening(ChangeListeners listeners) {
        return listeners.status().handlers().stream()
                .filter(handler -> handler.phase() == HandlerStatus.Phase.LISTENING)
                .map(HandlerStatus::id)
                .toList();
    }

    @Test
    void an_instance_that_closes_gives_its_handlers_away() {
        Shop one = new Shop();
        Shop other = new Shop();
        try (ChangeListeners second = secondOf(one, other)) {
            ground.insert("items", 2);
            await().until(() -> other.a.contains(2) && other.b.contains(2));

            assertThat(one.a).containsExactly(1);
            assertThat(other.a).containsExactly(2);
            assertThat(second.status().healthy()).isTrue();
        }
    }

    private ChangeListeners secondOf(Shop one, Shop other) {
        try (ChangeListeners first = builder(one).start()) {
            ChangeListeners second = builder(other).start();
            ground.insert("items", 1);
            await().until(() -> one.a.size() == 1 && one.b.size() == 1);
            return second;
        }
    }
}
