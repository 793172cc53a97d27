package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.RetryPolicy;
import dev.onchange.localmongo.LocalMongo;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * The pictures of the console in the documentation. With {@code -Dpictures=write} they are taken anew first, of a shop whose
 * stock service does not answer; that takes a minute.
 */
class ConsolePicturesTest {

    private static final int WIDTH = 1_280;
    private static final int HEIGHT = 800;
    private static final int LARGEST = 80_000;

    /** How long the handler has failed when its curves are drawn. */
    private static final Duration FAILING = Duration.ofSeconds(50);

    private static final Path DOCS = Files.isDirectory(Path.of("..", "docs")) ? Path.of("..", "docs") : Path.of("docs");
    private static final Path HANDLER = DOCS.resolve("console-handler.png");
    private static final Path TAIL = DOCS.resolve("console-tail.png");

    @Test
    void pictures_are_as_wide_as_the_page_and_small() throws IOException {
        if ("write".equals(System.getProperty("pictures"))) {
            take();
        }
        for (Path file : new Path[] {HANDLER, TAIL}) {
            BufferedImage picture = ImageIO.read(file.toFile());
            assertThat(picture.getWidth()).as(file.toString()).isEqualTo(WIDTH);
            assertThat(picture.getHeight()).as(file.toString()).isEqualTo(HEIGHT);
            assertThat(Files.size(file)).as(file.toString()).isLessThan(LARGEST);
        }
    }

    private static void take() throws IOException {
        Console console = Console.dev().application("shop");
        try (LocalMongo mongo = LocalMongo.start();
                MongoClient client = MongoClients.create(mongo.connectionString());
                ChangeListeners ignored = listeners(mongo.connectionString(), console);
                Browser browser = Browser.open(WIDTH)) {
            Disposable sales = sell(client.getDatabase("shop"));
            browser.go(console.url());
            takeHandler(browser);
            takeTail(browser);
            browser.leave();
            sales.dispose();
        }
    }

    private static void takeHandler(Browser browser) throws IOException {
        browser.colours("light");
        browser.goWithin("#/handlers/stock.reserve");
        browser.see("//h1[normalize-space()='stock.reserve']");
        Instant enough = Instant.now().plus(FAILING);
        browser.until("it has failed for long enough", seen -> Instant.now().isAfter(enough) ? seen : null);
        write(browser.picture(WIDTH, HEIGHT), HANDLER);
    }

    private static void takeTail(Browser browser) throws IOException {
        browser.goWithin("#/tail");
        browser.until(
                "a collection is proposed", seen -> browser.value("collection").isEmpty() ? null : seen);
        browser.colours("dark");
        browser.type("database", "shop");
        browser.type("collection", "orders");
        browser.type("match", "{ operationType: 'insert', 'fullDocument.qty': { $lt: 30 } }");
        browser.press("start");
        browser.see("//tr[contains(., 'matches')]");
        browser.press("hold");
        write(browser.picture(WIDTH, HEIGHT), TAIL);
    }

    /** With the nearest of 256 colours for each pixel, a third as large. */
    private static void write(byte[] taken, Path file) throws IOException {
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(taken));
        BufferedImage small = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED, palette(picture));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                small.setRGB(x, y, picture.getRGB(x, y));
            }
        }
        ImageIO.write(small, "png", file.toFile());
    }

    /** The colours that most pixels have. */
    private static IndexColorModel palette(BufferedImage picture) {
        Map<Integer, Integer> pixels = new HashMap<>();
        for (int colour : picture.getRGB(0, 0, WIDTH, HEIGHT, null, 0, WIDTH)) {
            pixels.merge(colour, 1, Integer::sum);
        }
        int[] most = pixels.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .limit(256)
                .mapToInt(Map.Entry::getKey)
                .toArray();
        return new IndexColorModel(8, most.length, most, 0, false, -1, DataBuffer.TYPE_BYTE);
    }

    private static ChangeListeners listeners(String uri, Console console) {
        ChangeListenersBuilder builder =
                ChangeListeners.builder(uri).database("shop").instance("web-1").console(console);
        builder.on("orders")
                .id("stock.reserve")
                .operation("insert")
                .retry(RetryPolicy.DEFAULT
                        .withAttempts(1_000)
                        .withBackoff(Duration.ofSeconds(2), Duration.ofSeconds(20)))
                .handle(change -> {
                    throw new IllegalStateException(
                            "the stock service at stock.internal:8443 does not answer: connect timed out");
                });
        Stream.of("invoices.send", "search.index", "mail.confirm")
                .forEach(id -> builder.on("orders").id(id).handle(change -> {}));
        return builder.start();
    }

    /** An order twice a second, and a change of one that is there. */
    private static Disposable sell(MongoDatabase shop) {
        return Flux.interval(Duration.ofMillis(500))
                .onBackpressureDrop()
                .concatMap(number -> Flux.concat(
                        shop.getCollection("orders")
                                .insertOne(new Document("_id", "o-" + (6_000 + number))
                                        .append("item", number % 3 == 0 ? "lamp" : "desk")
                                        .append("qty", number * 7 % 60)),
                        shop.getCollection("orders")
                                .updateOne(
                                        new Document("_id", "o-" + (6_000 + number / 2)),
                                        new Document("$set", new Document("paid", true)))))
                .subscribe();
    }
}
