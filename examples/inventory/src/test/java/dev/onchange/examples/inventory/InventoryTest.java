package dev.onchange.examples.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.examples.inventory.rows.Result;
import dev.onchange.examples.inventory.rows.Row;
import dev.onchange.localmongo.LocalMongo;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class InventoryTest {

    private final String connectionString = LocalMongo.shared().connectionString();
    private final MongoClient client = MongoClients.create(connectionString);

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void the_first_lines_say_what_is_declared_changed_and_called() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Shop shop = new Shop(connectionString, client, "shop_first_" + Long.toHexString(System.nanoTime()));
        try {
            new FirstChanges(shop, new PrintStream(printed, true, StandardCharsets.UTF_8)).show();
        } finally {
            shop.demolish();
        }

        assertThat(printed.toString(StandardCharsets.UTF_8).lines().map(String::strip))
                .hasSizeBetween(10, 14)
                .contains(
                        "changed   update lamp, qty 9",
                        "called    audit     update inventory {\"qty\": 9}",
                        "called    lowStock  reorder lamp, 9 left")
                .allMatch(line -> line.length() < 120);
    }

    @TestFactory
    Stream<DynamicTest> every_row_receives_what_it_declares() {
        return Row.ALL.stream()
                .map(row -> DynamicTest.dynamicTest("[%d] %s".formatted(row.number(), row.title()), () -> {
                    Result result = Inventory.run(row, connectionString, client);

                    assertThat(result.received()).as(result.text(row)).isEqualTo(result.expected());
                    assertThat(result.line(row)).hasSizeLessThan(160).doesNotContain("\n");
                }));
    }
}
