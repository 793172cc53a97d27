package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.HandlerHealth;
import dev.onchange.status.HandlerStatus.Phase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The state database that instances have in common: of several applications, or refused. */
class StateDatabaseTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OUT_OF_DISK_SPACE = 14031;

    private final Ground ground = new Ground();

    @AfterEach
    void close() {
        ground.close();
    }

    static final class Orders {
        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(collection = "items", id = "orders")
        void changed(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    static final class Mails {
        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(collection = "items", id = "mails")
        void changed(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    private ChangeListeners start(Object handlers) {
        return ground.builder(handlers)
                .cluster(Cluster.usual().withLease(Duration.ofSeconds(2)))
                .start();
    }

    @Test
    void two_applications_with_one_state_database_each_have_their_own_handlers() {
        Orders orders = new Orders();
        Mails mails = new Mails();
        try (ChangeListeners shop = start(orders)) {
            try (ChangeListeners post = start(mails)) {
                ground.insert("items", 1);
                await().atMost(PATIENCE).until(() -> orders.seen.equals(List.of(1)) && mails.seen.equals(List.of(1)));
                await().atMost(PATIENCE)
                        .until(() -> shop.status().cluster().members().size() == 2);
            }
            await().atMost(PATIENCE)
                    .until(() -> shop.status().cluster().ownerOf("mails").isEmpty());
            ground.insert("items", 2);
            await().atMost(PATIENCE).until(() -> orders.seen.equals(List.of(1, 2)));

            try (ChangeListeners post = start(mails)) {
                await().atMost(PATIENCE).until(() -> mails.seen.equals(List.of(1, 2)));
                assertThat(post.status().handlers()).hasSize(1);
                assertThat(post.status().handler("mails").phase()).isEqualTo(Phase.LISTENING);
                assertThat(orders.seen).containsExactly(1, 2);
            }
        }
    }

    @Test
    void while_members_cannot_be_written_no_call_begins_and_health_says_so_and_then_all_goes_on() {
        Orders orders = new Orders();
        try (ChangeListeners listeners = start(orders)) {
            ground.insert("items", 1);
            await().atMost(PATIENCE).until(() -> orders.seen.equals(List.of(1)));
            long term = listeners.status().cluster().handlers().get(0).term();
            try (FailPoint full = LocalMongo.shared()
                    .failPoint(
                            "failCommand",
                            "alwaysOn",
                            new Document("failCommands", List.of("update"))
                                    .append("namespace", ground.state() + ".onchange.members")
                                    .append("errorCode", OUT_OF_DISK_SPACE))) {
                await().atMost(PATIENCE).until(() -> listeners.status().health() == HandlerHealth.Level.DEGRADED);
                assertThat(listeners.status().cluster().heard()).isFalse();
                ground.insert("items", 2);
                await().atMost(PATIENCE)
                        .until(() -> listeners.status().handler("orders").delivered() == 2);
                assertThat(orders.seen).containsExactly(1);
            }

            await().atMost(PATIENCE).until(() -> orders.seen.equals(List.of(1, 2)));
            await().atMost(PATIENCE).until(() -> listeners.status().health() == HandlerHealth.Level.UP);
            assertThat(listeners.status().cluster().handlers().get(0).term()).isEqualTo(term);
        }
    }
}
