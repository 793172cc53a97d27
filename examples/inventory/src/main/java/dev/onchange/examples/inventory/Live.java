package dev.onchange.examples.inventory;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.ChangeListeners;
import dev.onchange.console.Console;
import dev.onchange.inject.Instances;
import dev.onchange.localmongo.LocalMongo;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/**
 * Sells a little every second and prints what the handlers say, and how far the one has come that begins with the documents
 * of the catalogue, with a console beside it, until it is stopped. A supplier leaves dead letters there, to look at and to replay.
 */
final class Live {

    private static final int CATALOGUE = 8_000;
    private static final int PER_SECOND = 1_000;
    private static final Duration TELL_EVERY = Duration.ofSeconds(20);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private Live() {}

    static void run() throws InterruptedException {
        LocalMongo mongo = LocalMongo.start();
        MongoClient client = MongoClients.create(mongo.connectionString());
        Shop shop = new Shop(mongo.connectionString(), client, "shop");
        Console console = Console.dev();
        shop.open(CATALOGUE);
        ChangeListeners listeners = shop.listeners()
                .handlers(new PriceList(), new Supplier(Clock.systemUTC()))
                .snapshotRate(PER_SECOND)
                .console(console)
                .scan("dev.onchange.examples.inventory.handlers")
                .instances(Instances.ofConstructors(new Journal(System.out::println)))
                .start();
        System.out.println(listeners.plan());
        System.out.println(
                "Listening; Ctrl-C stops. Sales go to " + shop.inventory().getNamespace() + ".");
        Disposable address = show(console.url());
        Disposable sales = new Sales(shop).begin();
        Disposable progress = Flux.interval(LOOK_EVERY)
                .concatMapIterable(tick -> listeners.status().snapshots())
                .subscribe(snapshot -> System.out.println("snapshot " + snapshot));
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            address.dispose();
                            sales.dispose();
                            progress.dispose();
                            listeners.close();
                            client.close();
                            mongo.close();
                            System.out.println("Stopped.");
                        },
                        "stop"));
        new CountDownLatch(1).await();
    }

    /** Opens the console; where there is no desktop, its address is told again and again, as the sales push it out of sight. */
    private static Disposable show(URI console) {
        System.out.println("The console: " + console);
        if (DesktopBrowser.open(console)) {
            return Disposables.disposed();
        }
        System.out.println("No browser was opened: there is no desktop.");
        return Flux.interval(TELL_EVERY).subscribe(tick -> System.out.println("The console: " + console));
    }
}
