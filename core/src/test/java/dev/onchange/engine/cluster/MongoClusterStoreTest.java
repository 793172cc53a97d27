package dev.onchange.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class MongoClusterStoreTest extends ClusterStoreContract {

    @AutoClose
    private static final MongoStores STORES = new MongoStores();

    private final MongoClusterStore store = STORES.members();

    @Override
    ClusterStore store() {
        return store;
    }

    @Override
    <T> T get(Mono<T> operation) {
        return STORES.get(operation);
    }

    @Override
    void pass(Duration time) {
        long end = STORES.now() + time.toMillis() + 1;
        await().until(() -> STORES.now() > end);
    }

    @Test
    void what_nobody_declares_any_more_is_removed_after_a_while() {
        for (String hash : List.of("of a member", "of nobody", "of nobody, but new")) {
            get(store.declare(new MemberDeclaration(hash, Map.of())).thenReturn(hash));
        }
        MemberInfo info = new MemberInfo("", "", new ProcessId("", 1, ""), MemberInfo.Mode.SHARING, "of a member");
        get(store.join(new ObjectId(), info, Duration.ofMinutes(1)));
        get(Mono.from(store.collection(MongoClusterStore.DECLARED)
                .updateMany(Filters.in("_id", "of a member", "of nobody"), Updates.set("at", new Date(0)))));

        get(store.removeLongDead().thenReturn(true));

        assertThat(get(store.declarations(List.of("of a member", "of nobody", "of nobody, but new"))))
                .extracting(MemberDeclaration::hash)
                .containsExactlyInAnyOrder("of a member", "of nobody, but new");
    }
}
