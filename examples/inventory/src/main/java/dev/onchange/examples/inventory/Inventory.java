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
 * <p>Shows row by row what the framework promises, and ends with an error if a row is not as expected; with
 * {@code --live} it goes on until Ctrl-C and prints changes as they happen. It uses the server that the environment
 * variable {@code MONGODB_URI} names, else one of its own.
 */
public final class Inventory {

    private Inventory() {}

    public static void main(String[] args) throws InterruptedException {
        if (List.of(args).contains("--live")) {
            Live.run();
            return;
        }
        int failed;
        try (LocalMongo mongo = LocalMongo.start()) {
            failed = run(mongo.connectionString());
        }
        System.out.println(failed == 0 ? "All rows are as expected." : failed + " rows are not as expected.");
        // Maven runs this in its own process and would wait for the driver's threads, which end when they like.
        System.exit(failed == 0 ? 0 : 1);
    }

    private static int run(String connectionString) {
        int failed = 0;
        try (MongoClient client = MongoClients.create(connectionString)) {
            for (Row row : Row.ALL) {
                Result result = run(row, connectionString, client);
                System.out.println(result.text(row));
                failed += result.ok() ? 0 : 1;
            }
        }
        return failed;
    }

    /** Runs a row in a shop of its own. */
    static Result run(Row row, String connectionString, MongoClient client) {
        String database = "shop_%s_%d".formatted(Long.toHexString(System.currentTimeMillis()), row.number());
        Shop shop = new Shop(connectionString, client, database);
        try {
            return row.run(shop);
        } catch (RuntimeException failure) {
            return new Result("see the source", List.of("no exception"), List.of(failure.toString()));
        } finally {
            shop.demolish();
        }
    }
}
