package dev.onchange.examples.plugins.host;

import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.Plan;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.ListenerEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A shop whose handlers are two plug-ins, of which one is replaced by its next version while orders come in. */
public final class Host {

    /** So many orders come before the new version and after it. */
    private static final int ORDERS = 50;

    private static final String FULL = "full price";
    private static final String REDUCED = "reduced price";
    private static final String COUNTED = "counted";

    private final Path modules;
    private final Path plugins;
    private final Ledger ledger = new Ledger();

    private Host(Path modules, Path plugins) {
        this.modules = modules;
        this.plugins = plugins;
    }

    /**
     * What came of it.
     *
     * @param orders that came in
     * @param before how often one was priced by the first version
     * @param after how often one was priced by the next
     * @param lost how many were not priced
     * @param counted by the other plug-in
     * @param plan of the streams
     */
    record Result(int orders, int before, int after, int lost, int counted, Plan plan) {

        int repeated() {
            return before + after + lost - orders;
        }
    }

    /** @param arguments the folder of the modules */
    public static void main(String[] arguments) throws Exception {
        try (LocalMongo mongo = LocalMongo.start()) {
            Result result = trade(mongo.connectionString(), "shop", Path.of(arguments[0]));
            System.out.println(result.plan());
            System.out.printf(
                    "%d orders: %d priced by the first version, %d by the next, %d lost, %d repeated; %d counted%n",
                    result.orders(),
                    result.before(),
                    result.after(),
                    result.lost(),
                    result.repeated(),
                    result.counted());
        }
    }

    /** Trades until the new version has priced some orders. */
    static Result trade(String uri, String database, Path modules) throws Exception {
        return new Host(modules, Files.createTempDirectory("plugins")).trade(uri, database);
    }

    private Result trade(String uri, String database) throws Exception {
        CompletableFuture<ListenerEvent> replaced = new CompletableFuture<>();
        install("counting", "counting");
        install("pricing", "pricing");
        // tag::plugins
        try (ChangeListeners listeners = ChangeListeners.builder(uri)
                .database(database)
                .stateDatabase(database + "_state")
                .plugins(plugins, ledger)
                .listener(event -> {
                    if (event instanceof ListenerEvent.PluginReplaced) {
                        replaced.complete(event);
                    }
                })
                .start()) {
            // end::plugins
            MongoCollection<Document> orders =
                    listeners.client().getDatabase(database).getCollection("orders");
            AtomicInteger last = new AtomicInteger(Integer.MAX_VALUE);
            CompletableFuture<Integer> writing = Flux.range(1, Integer.MAX_VALUE)
                    .concatMap(id -> Mono.from(orders.insertOne(new Document("_id", id).append("pieces", id % 7)))
                            .thenReturn(id))
                    .takeUntil(id -> {
                        if (replaced.isDone()) {
                            last.compareAndSet(Integer.MAX_VALUE, id + ORDERS);
                        }
                        return id >= last.get();
                    })
                    .last()
                    .toFuture();

            ledger.await(ORDERS, FULL);
            install("pricing-next", "pricing");
            int written = writing.get(1, TimeUnit.MINUTES);
            ledger.await(written, FULL, REDUCED);
            ledger.await(written, COUNTED);
            return result(written, listeners.plan());
        }
    }

    /** As one should: under another name first, then renamed in one step. */
    private void install(String module, String plugin) throws IOException {
        Path jar = modules.resolve(module).resolve("target").resolve(module + ".jar");
        Path copied = Files.copy(jar, plugins.resolve(plugin + ".part"));
        Files.move(copied, plugins.resolve(plugin + ".jar"), StandardCopyOption.ATOMIC_MOVE);
    }

    private Result result(int orders, Plan plan) {
        return new Result(
                orders,
                ledger.notes(FULL),
                ledger.notes(REDUCED),
                orders - ledger.orders(FULL, REDUCED),
                ledger.orders(COUNTED),
                plan);
    }
}
