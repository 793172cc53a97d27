package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.HandlerStatus.Phase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Two instances with parts of one handler, which are asked to pause or resume it at one moment. */
class PausedAtOnceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Ground ground = new Ground();
    private final ExecutorService callers = Executors.newFixedThreadPool(2);
    private ChangeListeners first;
    private ChangeListeners second;

    static final class Divided {
        @OnChange(collection = "items", id = "divided", partitions = 4)
        void changed(Document item) {}
    }

    @BeforeEach
    void start() {
        first = startOne();
        second = startOne();
        await().atMost(PATIENCE).until(() -> phase(second) == Phase.LISTENING);
    }

    private ChangeListeners startOne() {
        return ground.builder(new Divided())
                .cluster(Cluster.usual().withLease(Duration.ofSeconds(2)))
                .start();
    }

    @AfterEach
    void close() {
        callers.shutdownNow();
        second.close();
        first.close();
        ground.close();
    }

    @Test
    void both_do_what_both_are_asked() throws Exception {
        at_once(() -> first.pause("divided"), () -> second.pause("divided"));

        assertThat(List.of(phase(first), phase(second))).containsOnly(Phase.PAUSED);

        at_once(() -> first.resume("divided"), () -> second.resume("divided"));

        assertThat(List.of(phase(first), phase(second))).containsOnly(Phase.LISTENING);
    }

    @Test
    void they_agree_if_they_are_asked_for_different_things() throws Exception {
        for (int i = 0; i < 3; i++) {
            at_once(() -> first.pause("divided"), () -> second.resume("divided"));

            await().atMost(PATIENCE)
                    .until(() -> phase(first) == phase(second)
                            && phase(first) == (isPaused() ? Phase.PAUSED : Phase.LISTENING));
        }
    }

    @Test
    void both_follow_what_was_kept_last() {
        setPaused(true);
        await().atMost(PATIENCE).until(() -> phase(first) == Phase.PAUSED && phase(second) == Phase.PAUSED);

        setPaused(false);
        await().atMost(PATIENCE).until(() -> phase(first) == Phase.LISTENING && phase(second) == Phase.LISTENING);
    }

    private void at_once(Runnable one, Runnable other) throws Exception {
        Future<?> begun = callers.submit(one);
        callers.submit(other).get();
        begun.get();
    }

    private static Phase phase(ChangeListeners listeners) {
        HandlerStatus status = listeners.status().handler("divided");
        return status.phase();
    }

    private boolean isPaused() {
        return Mono.from(state("onchange.paused").find(Filters.eq("divided")))
                .block()
                .getBoolean("paused");
    }

    /** As an instance does that was asked. */
    private void setPaused(boolean paused) {
        Ground.run(state("onchange.paused")
                .updateOne(Filters.eq("divided"), Updates.set("paused", paused), new UpdateOptions().upsert(true)));
        Ground.run(state("onchange.leaders").updateOne(Filters.eq("leader"), Updates.inc("revision", 1L)));
    }

    private MongoCollection<Document> state(String collection) {
        return ground.client().getDatabase(ground.state()).getCollection(collection);
    }
}
