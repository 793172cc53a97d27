package dev.onchange.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.status.HandlerStatus.Phase;
import dev.onchange.status.ListenerEvent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

@OnChangeTest
class InstanceTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private void insert(int id) {
        listening.run(stock().insertOne(new Document("_id", id)));
    }

    private MongoCollection<Document> stock() {
        return database.getCollection("stock");
    }

    @Test
    void when_one_is_killed_another_one_goes_on_and_nothing_is_lost() {
        Stock one = new Stock();
        Stock other = new Stock();
        Instance first = listening.startInstance(one);
        listening.startInstance(other);
        insert(1);
        listening.awaitIdle();

        first.kill();
        insert(2);
        listening.awaitIdle();

        assertThat(one.seen).containsExactly(1);
        assertThat(other.seen).endsWith(2);
        assertThat(listening.events(ListenerEvent.MemberDied.class)).hasSize(1);
        assertThat(listening.events(ListenerEvent.MemberLeft.class)).isEmpty();
    }

    @Test
    void one_that_is_closed_gives_its_handlers_away() {
        Stock one = new Stock();
        Stock other = new Stock();
        Instance first = listening.startInstance(one);
        Instance second = listening.startInstance(other);
        insert(1);
        listening.awaitIdle();

        first.close();
        insert(2);
        listening.awaitIdle();

        assertThat(one.seen).containsExactly(1);
        assertThat(other.seen).containsExactly(2);
        assertThat(listening.ownerOf("stock")).isSameAs(second);
        await().until(() -> !listening.events(ListenerEvent.MemberLeft.class).isEmpty());
        assertThat(listening.events(ListenerEvent.MemberDied.class)).isEmpty();
    }

    @Test
    void of_what_works_when_its_instance_is_killed_publishers_are_cancelled_and_calls_that_block_are_the_last_ones() {
        Working working = new Working();
        Stock other = new Stock();
        Stock otherToo = new Stock();
        Instance first = listening.startInstance(working);
        listening.startInstance(builder -> builder.handlers(other)
                .on("stock")
                .id("published")
                .operation("insert")
                .handle(change -> otherToo.changed(change.fullDocument())));
        IntStream.range(0, 10).forEach(this::insert);
        await().until(() -> working.blocked.size() == 1 && working.published.size() == 1);

        first.kill();
        working.goOn.countDown();
        listening.awaitIdle();

        assertThat(working.blocked).containsExactly(0);
        assertThat(working.published).containsExactly(0);
        assertThat(working.cancelled).containsExactly(0);
        assertThat(other.seen).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(otherToo.seen).isEqualTo(other.seen);
    }

    @Test
    void one_that_starts_under_the_name_of_a_killed_one_need_not_wait_for_its_lease() {
        Cluster longLease = Cluster.usual().withLease(Duration.ofMinutes(10));
        Stock one = new Stock();
        Stock other = new Stock();
        listening
                .startInstance(
                        builder -> builder.handlers(one).instance("web-1").cluster(longLease))
                .kill();
        insert(1);

        listening.startInstance(
                builder -> builder.handlers(other).instance("web-1").cluster(longLease));
        listening.awaitIdle();

        assertThat(one.seen).isEmpty();
        assertThat(other.seen).containsExactly(1);
    }

    @Test
    void idleness_counts_all_instances_and_what_is_on_its_way_from_one_to_another() {
        Divided one = new Divided();
        Divided other = new Divided();
        ChangeListeners first = listening.start(one);
        Instance second = listening.startInstance(other);
        for (int round = 0; round < 20; round++) {
            insert(round);
            listening.awaitIdle();
            assertThat(one.seen.size() + other.seen.size()).isEqualTo(round + 1);
        }
        await().until(() -> first.status().cluster().handlers().stream()
                        .filter(each -> second.is(each.owner()) && each.listening())
                        .count()
                == 4);
        listening.run(stock().insertMany(IntStream.range(20, 60)
                .mapToObj(id -> new Document("_id", id))
                .toList()));
        listening.awaitIdle();
        assertThat(one.seen.size() + other.seen.size()).isEqualTo(60);
        assertThat(other.seen).isNotEmpty();

        listening.stop();
        insert(60);
        listening.awaitIdle();

        assertThat(one.seen.size() + other.seen.size()).isEqualTo(61);
    }

    @Test
    void streams_of_all_instances_are_cut(Faults faults) {
        Stock one = new Stock();
        Stock other = new Stock();
        listening.startInstance(one);
        listening.startInstance(other);

        faults.cutStreams();
        insert(1);
        listening.awaitIdle();

        assertThat(listening.events(ListenerEvent.StreamReopening.class)).isNotEmpty();
        assertThat(one.seen.size() + other.seen.size()).isEqualTo(1);
    }

    @Test
    void one_that_was_killed_receives_nothing_more_and_can_be_closed_and_killed_again() {
        Stock stock = new Stock();
        Instance instance = listening.startInstance(stock);
        assertThat(listening.ownerOf("stock")).isSameAs(instance);
        assertThat(instance.listeners().status().handler("stock").phase()).isEqualTo(Phase.LISTENING);

        instance.kill();
        instance.kill();
        instance.close();
        insert(1);

        assertThatThrownBy(listening::awaitIdle).isInstanceOf(IllegalStateException.class);
        assertThat(stock.seen).isEmpty();
    }

    private static final class Stock {

        private final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "stock", collection = "stock", operation = "insert")
        void changed(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    private static final class Divided {

        private final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "stock", collection = "stock", operation = "insert", partitions = 8)
        void changed(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    private static final class Working {

        private final List<Integer> blocked = new CopyOnWriteArrayList<>();
        private final List<Integer> published = new CopyOnWriteArrayList<>();
        private final List<Integer> cancelled = new CopyOnWriteArrayList<>();
        private final CountDownLatch goOn = new CountDownLatch(1);

        @OnChange(id = "stock", collection = "stock", operation = "insert")
        void blocks(Document item) throws InterruptedException {
            blocked.add(item.getInteger("_id"));
            goOn.await();
        }

        @OnChange(id = "published", collection = "stock", operation = "insert")
        Publisher<?> publishes(Document item) {
            int id = item.getInteger("_id");
            return Mono.never().doOnSubscribe(done -> published.add(id)).doOnCancel(() -> cancelled.add(id));
        }
    }
}
