package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.Test;

@OnChangeTest
class SameThreadTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final List<Integer> handled = new CopyOnWriteArrayList<>();
    private final List<Object> states = new CopyOnWriteArrayList<>();
    private volatile ChangeListeners listeners;

    @Test
    void handlers_may_be_called_by_the_thread_that_brings_the_change() {
        listening.start(listening
                .builder()
                .executor(Runnable::run)
                .on("stock")
                .handle(change ->
                        handled.add(change.documentKey().getInt32("_id").getValue())));

        IntStream.range(0, 100).forEach(this::insert);

        listening.awaitIdle();
        assertThat(handled).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void meanwhile_other_threads_are_answered() {
        listeners = listening.start(listening
                .builder()
                .executor(Runnable::run)
                .on("stock")
                .handle(change -> {
                    handled.add(1);
                    states.add(CompletableFuture.supplyAsync(() -> listeners.status())
                            .get(10, TimeUnit.SECONDS));
                }));

        insert(1);

        listening.awaitIdle();
        assertThat(handled).as("attempts").hasSize(1);
        assertThat(states).hasSize(1);
    }

    private void insert(int id) {
        listening.run(database.getCollection("stock").insertOne(new Document("_id", id)));
    }
}
