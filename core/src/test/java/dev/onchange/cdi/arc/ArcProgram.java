package dev.onchange.cdi.arc;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import reactor.core.publisher.Mono;

/** Runs in a generated container until its handlers have received a change; says so by its exit code. */
public final class ArcProgram {

    private static final CountDownLatch ARRIVED = new CountDownLatch(2);
    private static final Set<String> ENDED = ConcurrentHashMap.newKeySet();

    private ArcProgram() {}

    /** Nobody injects these. */
    static final Class<?>[] BEANS = {Stock.class, Passing.class, Connection.class};

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
        System.exit(arrived && ENDED.contains("passing") ? 0 : 1);
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
