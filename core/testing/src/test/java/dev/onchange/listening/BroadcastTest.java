package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Sharing;
import dev.onchange.status.ListenerEvent;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Handlers whose changes reach each instance. */
@OnChangeTest
class BroadcastTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    @Inject
    com.mongodb.reactivestreams.client.MongoClient client;

    @Test
    void each_instance_gets_each_change_from_where_it_has_begun() {
        Cache one = new Cache();
        Cache other = new Cache();
        listening.start(listening.builder(one));
        try (ChangeListeners second = listening.builder(other).start()) {
            insert(1);
            await().until(() -> one.seen.equals(List.of(1)) && other.seen.equals(List.of(1)));
        }
    }

    @Test
    void an_instance_without_a_name_keeps_no_position_and_says_that_it_has_missed_changes() {
        Cache cache = new Cache();
        listening.start(listening.builder(cache));
        insert(1);
        listening.awaitIdle();
        listening.stop();
        assertThat(keptIds()).isEmpty();
        insert(2);
        int before = missed().size();

        listening.start(listening.builder(cache));
        insert(3);
        listening.awaitIdle();

        assertThat(cache.seen).containsExactly(1, 3);
        assertThat(missed()).hasSize(before + 1);
        ListenerEvent.ChangesMissed last = missed().get(before);
        assertThat(last.handlerId()).isEqualTo("cache");
        assertThat(last.from()).isNull();
        assertThat(last.to()).isNotNull();
    }

    @Test
    void an_instance_with_a_name_goes_on_where_it_was_and_another_one_where_that_was() {
        Cache cache = new Cache();
        listening.start(named(cache, "a"));
        insert(1);
        listening.awaitIdle();
        listening.stop();
        insert(2);
        int before = missed().size();

        Cache other = new Cache();
        try (ChangeListeners second = named(other, "b").start()) {
            insert(3);
            await().until(() -> other.seen.equals(List.of(3)));
        }
        assertThat(missed()).hasSize(before + 1);
        listening.start(named(cache, "a"));
        listening.awaitIdle();

        assertThat(cache.seen).containsExactly(1, 2, 3);
        assertThat(missed()).hasSize(before + 1);
        assertThat(keptIds()).containsExactlyInAnyOrder("cache@a", "cache@b");
    }

    private ChangeListenersBuilder named(Cache cache, String instance) {
        return listening
                .builder(cache)
                .placeholders(name -> name.equals("HOSTNAME") ? instance : null)
                .instance("${HOSTNAME}");
    }

    private Set<Object> keptIds() {
        return Set.copyOf(Flux.from(client.getDatabase(database.getName() + "_state")
                        .getCollection("onchange.positions")
                        .find())
                .map(position -> position.get("_id"))
                .collectList()
                .block());
    }

    private List<ListenerEvent.ChangesMissed> missed() {
        return listening.events().stream()
                .filter(ListenerEvent.ChangesMissed.class::isInstance)
                .map(ListenerEvent.ChangesMissed.class::cast)
                .toList();
    }

    private void insert(int id) {
        listening.run(database.getCollection("items").insertOne(new Document("_id", id)));
    }

    static final class Cache {

        final List<Object> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "cache", collection = "items", sharing = Sharing.BROADCAST, exhausted = Exhausted.SKIP)
        void changed(Document change) {
            seen.add(change.get("_id"));
        }
    }
}
