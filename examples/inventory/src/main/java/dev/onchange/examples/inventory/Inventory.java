package dev.onchange.examples.inventory;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.examples.inventory.rows.Result;
import dev.onchange.examples.inventory.rows.Row;
import dev.onchange.localmongo.LocalMongo;
import java.util.List;

/**
 * A small shop whose handlers react to its inventory.
 *
 * <p>Shows what handlers are declared, what is changed and what is called; then row by row what the framework promises,
 * and ends with an error if a row is not as expected. With {@code --details} it prints all that each row has seen, with
 * {@code --live} it goes on until Ctrl-C, prints changes as they happen and has a console to look at. It uses the server that the environment
 * variable {@code MONGODB_URI} names, else one of its own.
 */
public final class Inventory {

    private static final String DETAILS = "--details";
    private static final String LIVE = "--live";
    private static final List<String> OPTIONS = List.of(DETAILS, LIVE);

    private Inventory() {}

    public static void main(String[] args) throws InterruptedException {
        List<String> options = List.of(args);
        if (!OPTIONS.containsAll(options)) {
            throw new IllegalArgumentException("The options are " + OPTIONS + ", not " + options + ".");
        }
        if (options.contains(LIVE)) {
            Live.run();
            return;
        }
        boolean details = options.contains(DETAILS);
        // Before the first logger: rows drop collections and cut connections on purpose.
        System.setProperty("inventory.log", details ? "WARN" : "ERROR");
        int failed;
        try (LocalMongo mongo = LocalMongo.start();
                MongoClient client = MongoClients.create(mongo.connectionString())) {
            showChanges(new Shop(mongo.connectionString(), client, database(0)));
            System.out.println("\nRow by row" + (details ? "" : " (details with -Dexec.args=" + DETAILS + ")") + "\n");
            failed = run(mongo.connectionString(), client, details);
        }
        System.out.println(failed == 0 ? "All rows are as expected." : failed + " rows are not as expected.");
        // Maven runs this in its own process and would wait for the driver's threads, which end when they like.
        System.exit(failed == 0 ? 0 : 1);
    }

    private static void showChanges(Shop shop) {
        try {
            new FirstChanges(shop, System.out).show();
        } finally {
            shop.demolish();
        }
    }

    private static int run(String connectionString, MongoClient client, boolean details) {
        int failed = 0;
        for (Row row : Row.ALL) {
            Result result = run(row, connectionString, client);
            System.out.println(details ? result.text(row) : result.line(row));
            failed += result.ok() ? 0 : 1;
        }
        return failed;
    }

    /** Runs a row in a shop of its own. */
    static Result run(Row row, String connectionString, MongoClient client) {
        Shop shop = new Shop(connectionString, client, database(row.number()));
        try {
            return row.run(shop);
        } catch (RuntimeException failure) {
            return new Result("see the source", List.of("no exception"), List.of(failure.toString()));
        } finally {
            shop.demolish();
        }
    }

    private static String database(int number) {
        return "shop_%s_%d".formatted(Long.toHexString(System.currentTimeMillis()), number);
    }
}
