package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ClusterStatus;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.types.ObjectId;
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

    @Test
    void the_plan_of_each_instance_tells_who_has_what_and_how_many_streams_all_of_them_hold() {
        try (ChangeListeners first = builder(new Shop()).instance("one").start();
                ChangeListeners second = builder(new Shop()).instance("other").start()) {
            for (ChangeListeners each : List.of(first, second)) {
                // One that has just been given something is still beginning.
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(each.plan().toString())
                                .contains("instances 2, streams of all 2")
                                .containsPattern("instance  one, process .*: streams 1, has [ab]\n")
                                .containsPattern("instance  other, process .*: streams 1, has [ab]\n"));
            }
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

    @Test
    void one_that_cannot_begin_where_it_is_taken_over_stops_alone_and_the_others_go_on() {
        Shop one = new Shop();
        Shop other = new Shop();
        List<ListenerEvent> events = new CopyOnWriteArrayList<>();
        Cluster standby = Cluster.standby().withLease(Duration.ofSeconds(2));
        ChangeListeners first = ground.builder(one).cluster(standby).start();
        try (ChangeListeners second =
                ground.builder(other).cluster(standby).listener(events::add).start()) {
            standStill(first, "b");
            moveToTheFuture("b");
            first.close();

            await().until(() -> listening(second).contains("a"));
            ground.insert("items", 1);
            await().until(() -> other.a.contains(1));
            HandlerStatus stopped = second.status().handler("b");
            assertThat(stopped.phase()).isEqualTo(HandlerStatus.Phase.STOPPED);
            assertThat(stopped.reason()).hasMessageContaining(ProblemCode.POSITION_FOREIGN.id());
            assertThat(events)
                    .filteredOn(ListenerEvent.HandlerStopped.class::isInstance)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            ListenerEvent.HandlerStopped.class,
                            told -> assertThat(told.handlerId()).isEqualTo("b"));
            // Another one that starts neither waits for it, nor is refused because of it.
            ground.builder(new Shop()).cluster(standby).start().close();

            second.rewind("b", Instant.now());
            second.resume("b");
            ground.insert("items", 2);
            await().until(() -> other.b.contains(2));
        } finally {
            first.close();
        }
    }

    @Test
    void one_whose_position_cannot_be_read_keeps_no_other_from_being_taken_over() {
        Shop one = new Shop();
        Shop other = new Shop();
        Cluster standby = Cluster.standby().withLease(Duration.ofSeconds(2));
        ChangeListeners first = ground.builder(one).cluster(standby).start();
        try (ChangeListeners second = ground.builder(other).cluster(standby).start()) {
            standStill(first, "b");
            setTime("b", "soon");
            first.close();

            await().until(() -> listening(second).equals(List.of("a")));
            ground.insert("items", 1);
            await().until(() -> other.a.contains(1));

            setTime("b", null);
            await().until(() -> listening(second).contains("b"));
        } finally {
            first.close();
        }
    }

    /** Nothing saves its position any more, and it begins again where it is taken over. */
    private void standStill(ChangeListeners listeners, String id) {
        listeners.pause(id);
        Ground.run(ground.client()
                .getDatabase(ground.state())
                .getCollection("onchange.paused")
                .deleteOne(Filters.eq(id)));
    }

    private void moveToTheFuture(String id) {
        setTime(
                id,
                new BsonTimestamp((int) Instant.now().plus(Duration.ofHours(1)).getEpochSecond(), 1));
    }

    private void setTime(String id, Object time) {
        Ground.run(positions()
                .updateOne(
                        Filters.eq(id),
                        Updates.combine(
                                time == null ? Updates.unset("clusterTime") : Updates.set("clusterTime", time),
                                Updates.set("token", null),
                                Updates.unset("follows"))));
    }

    private MongoCollection<Document> positions() {
        return ground.client().getDatabase(ground.state()).getCollection(MongoCheckpointStore.COLLECTION);
    }

    @Test
    void one_that_another_instance_has_taken_over_is_told_once_and_is_not_called_stopped() {
        Shop shop = new Shop();
        List<ListenerEvent> events = new CopyOnWriteArrayList<>();
        try (ChangeListeners listeners = builder(shop).listener(events::add).start()) {
            Ground.run(positions().updateOne(Filters.eq("b"), Updates.inc("term", 1L)));
            ground.insert("items", 1);

            await().until(() -> events.stream().anyMatch(ListenerEvent.HandlerFenced.class::isInstance));
            ground.insert("items", 2);
            await().until(() -> shop.a.contains(2));
            listeners.savePositions();

            assertThat(events)
                    .filteredOn(ListenerEvent.HandlerFenced.class::isInstance)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            ListenerEvent.HandlerFenced.class,
                            told -> assertThat(told.handlerId()).isEqualTo("b"));
            assertThat(events).noneMatch(ListenerEvent.HandlerStopped.class::isInstance);
        }
    }

    @Test
    void an_instance_that_was_taken_for_dead_has_its_handlers_elsewhere_when_it_is_back() {
        Shop one = new Shop();
        Shop other = new Shop();
        List<ListenerEvent> events = new CopyOnWriteArrayList<>();
        Cluster standby = Cluster.standby().withLease(Duration.ofSeconds(2));
        try (ChangeListeners first = ground.builder(one)
                        .cluster(standby)
                        .listener(events::add)
                        .start();
                ChangeListeners second = ground.builder(other).cluster(standby).start()) {
            Ground.run(positions().updateOne(Filters.eq("b"), Updates.inc("term", 1L)));
            ground.insert("items", 0);
            await().until(() -> events.stream().anyMatch(ListenerEvent.HandlerFenced.class::isInstance));
            String id = first.status().cluster().ownerOf("a").orElseThrow().id();
            Ground.run(ground.client()
                    .getDatabase(ground.state())
                    .getCollection("onchange.members")
                    .updateOne(Filters.eq(new ObjectId(id)), Updates.set("state", "dead")));
            await().until(() -> listening(second).size() == 2);
            ground.insert("items", 1);
            await().until(() -> other.a.contains(1) && other.b.contains(1));

            await().until(() -> first.status().handlers().stream()
                    .allMatch(handler -> handler.phase() == HandlerStatus.Phase.ELSEWHERE));
            assertThat(first.status().healthy()).isTrue();
            assertThat(events).noneMatch(ListenerEvent.HandlerStopped.class::isInstance);
            assertThat(events)
                    .filteredOn(ListenerEvent.HandlerFenced.class::isInstance)
                    .extracting(told -> ((ListenerEvent.HandlerFenced) told).handlerId())
                    .doesNotHaveDuplicates();
        }
    }
}
