package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a console costs an application. The long forms print it: {@code -Dseconds=60 -Dhandlers=1000} the share of a processor that
 * its threads take, {@code -Ddrain=100000 -Drounds=7} how long a backlog takes with and without a tail of 5,000 changes a second.
 */
@OnChangeTest
class ConsoleCostTest {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleCostTest.class);

    private final int handlers = Integer.getInteger("handlers", 5);

    private final int seconds = Integer.getInteger("seconds", 1);

    private final int drain = Integer.getInteger("drain", 500);

    private final int rounds = Integer.getInteger("rounds", 1);

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    @Inject
    LocalMongo mongo;

    private final Console console = Console.on(0);

    private final AtomicInteger handled = new AtomicInteger();

    @Test
    void its_threads_take_little_with_and_without_a_viewer() {
        ConsoleClient client = start();

        double alone = share(() -> {});
        double watched = share(
                () -> List.of("api/overview", "api/handlers", "api/journal").forEach(client::get));

        LOG.info(
                "{}",
                "%d handlers: %.3f %% of a processor without a viewer, %.3f %% with one"
                        .formatted(handlers, alone, watched));
        assertThat(alone).isNotNegative();
    }

    @Test
    void a_backlog_is_read_beside_a_tail() {
        ConsoleClient client = start();
        Disposable writing = write();
        warmUp(client);
        List<ConsumedTime> without = new ArrayList<>();
        List<ConsumedTime> with = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            without.add(drained());
            try (ConsoleEvents tail = tail(client)) {
                with.add(drained());
            }
        }
        writing.dispose();
        print("without a tail", without);
        print("with a tail of these", with);
    }

    @Test
    void a_tail_of_many_changes_takes_little() {
        ConsoleClient client = start();
        Disposable writing = write();
        List<ConsumedTime> without = new ArrayList<>();
        List<ConsumedTime> with = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            without.add(waited());
            try (ConsoleEvents tail = tail(client)) {
                with.add(waited());
            }
        }
        writing.dispose();
        print("without a tail", without);
        print("with a tail of these", with);
    }

    private ConsumedTime waited() {
        ConsumedTime begun = ConsumedTime.now(mongo);
        Mono.delay(Duration.ofSeconds(seconds)).block();
        return ConsumedTime.now(mongo).since(begun);
    }

    /** 5,000 documents a second. */
    private Disposable write() {
        MongoCollection<Document> busy = database.getCollection("busy");
        return Flux.interval(Duration.ofMillis(100))
                .onBackpressureDrop()
                .concatMap(tick -> busy.insertMany(IntStream.range(0, 500)
                        .mapToObj(number -> new Document("n", number))
                        .toList()))
                .subscribe();
    }

    private void print(String how, List<ConsumedTime> taken) {
        LOG.info("{} changes beside 5,000 writes a second, {}:", drain, how);
        LOG.info(" medians: {}", ConsumedTime.medians(taken));
        taken.forEach(round -> LOG.info(" {}", round));
    }

    /** What is compiled for the first drain and the first tail is not what these cost. */
    private void warmUp(ConsoleClient client) {
        for (int round = 0; round < (rounds == 1 ? 0 : 5); round++) {
            try (ConsoleEvents tail = tail(client)) {
                drained();
            }
        }
    }

    private ConsoleEvents tail(ConsoleClient client) {
        ConsoleEvents tail = client.events("api/tail?database=" + database.getName() + "&collection=busy");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> tail.named("dropped").size() > 1);
        return tail;
    }

    private ConsoleClient start() {
        ChangeListenersBuilder builder = listening.builder();
        for (int i = 0; i < handlers; i++) {
            builder.on("stock")
                    .id("h" + i)
                    .concurrency(8)
                    .match("{'fullDocument.shop': " + i + "}")
                    .handle(change -> {
                        handled.incrementAndGet();
                    });
        }
        listening.start(builder.console(console));
        return new ConsoleClient(console);
    }

    /** From resuming the handler of a backlog until all of it is handled. */
    private ConsumedTime drained() {
        ChangeListeners listeners = listening.listeners();
        listeners.pause("h1");
        MongoCollection<Document> stock = database.getCollection("stock");
        Flux.range(0, drain)
                .map(number -> new Document("shop", 1))
                .buffer(1_000)
                .concatMap(stock::insertMany)
                .blockLast();
        handled.set(0);
        ConsumedTime begun = ConsumedTime.now(mongo);
        listeners.resume("h1");
        Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> handled.get() >= drain);
        return ConsumedTime.now(mongo).since(begun);
    }

    /** Percent of one processor that the console's threads take while something is done each second. */
    private double share(Runnable eachSecond) {
        long before = ConsoleThreads.nanos();
        long begun = System.nanoTime();
        Flux.interval(Duration.ofSeconds(1))
                .take(seconds)
                .doOnNext(second -> eachSecond.run())
                .blockLast();
        return 100.0 * (ConsoleThreads.nanos() - before) / (System.nanoTime() - begun);
    }
}
