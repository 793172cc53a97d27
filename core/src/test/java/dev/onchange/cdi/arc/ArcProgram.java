package dev.onchange.cdi.arc;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.quarkus.arc.ClientProxy;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Runs in a generated container until its handlers have received a change; says so by its exit code. */
public final class ArcProgram {

    private static final CountDownLatch ARRIVED = new CountDownLatch(4);
    private static final Set<String> ENDED = ConcurrentHashMap.newKeySet();

    private ArcProgram() {}

    /** Nobody injects these. */
    static final Class<?>[] BEANS = {Stock.class, Passing.class, Requested.class, Deferring.class, Connection.class};

    /** With the system properties {@code uri} and {@code database}. */
    public static void main(String[] args) throws InterruptedException {
        ArcContainer container = Arc.initialize();
        // As Quarkus does, when it has started.
        container.beanManager().getEvent().select(Startup.class).fire(new Startup());
        ChangeListeners listeners = container.select(ChangeListeners.class).get();
        Mono.from(listeners
                        .client()
                        .getDatabase(System.getProperty("database"))
                        .getCollection("items")
                        .insertOne(new Document()))
                .block();
        boolean arrived = ARRIVED.await(30, TimeUnit.SECONDS);
        Arc.shutdown();
        System.out.println("arrived: " + arrived + ", ended: " + ENDED);
        System.exit(
                arrived && !ENDED.contains("request too early") && ENDED.containsAll(Set.of("passing", "request"))
                        ? 0
                        : 1);
    }

    @ApplicationScoped
    static class Stock {
        @OnChange(collection = "items")
        void added(ChangeEvent<Document> change) {
            ARRIVED.countDown();
        }
    }

    @Dependent
    static class Passing {
        @OnChange(collection = "items")
        void added(ChangeEvent<Document> change) {
            ARRIVED.countDown();
        }

        @PreDestroy
        void end() {
            ENDED.add("passing");
        }
    }

    @RequestScoped
    static class Requested {
        private boolean complete = true;

        @OnChange(collection = "items")
        void added(ChangeEvent<Document> change) {
            ARRIVED.countDown();
        }

        void begin() {
            complete = false;
        }

        void complete() {
            complete = true;
        }

        @PreDestroy
        void end() {
            ENDED.add(complete ? "request" : "request too early");
        }
    }

    @ApplicationScoped
    static class Deferring {
        @Inject
        Requested requested;

        @OnChange(collection = "items")
        Mono<Void> added(ChangeEvent<Document> change) {
            Requested request = ClientProxy.unwrap(requested);
            return Mono.defer(() -> {
                        requested.begin();
                        return Mono.empty();
                    })
                    .publishOn(Schedulers.parallel())
                    .then(Mono.fromRunnable(() -> {
                        request.complete();
                        ARRIVED.countDown();
                    }));
        }
    }

    @ApplicationScoped
    static class Connection {
        @Produces
        ChangeListenersBuilder listeners() {
            String database = System.getProperty("database");
            return ChangeListeners.builder(System.getProperty("uri"))
                    .database(database)
                    .stateDatabase(database + "_state")
                    .maxAwaitTime(Duration.ofMillis(100));
        }
    }
}
