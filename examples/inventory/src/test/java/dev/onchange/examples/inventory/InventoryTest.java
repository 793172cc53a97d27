package dev.onchange.examples.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.examples.inventory.rows.Result;
import dev.onchange.examples.inventory.rows.Row;
import dev.onchange.localmongo.LocalMongo;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class InventoryTest {

    private final String connectionString = LocalMongo.shared().connectionString();
    private final MongoClient client = MongoClients.create(connectionString);

    @AfterEach
    void disconnect() {
        client.close();
    }

    @TestFactory
    Stream<DynamicTest> every_row_receives_what_it_declares() {
        return Row.ALL.stream()
                .map(row -> DynamicTest.dynamicTest("[%d] %s".formatted(row.number(), row.title()), () -> {
                    Result result = Inventory.run(row, connectionString, client);

                    assertThat(result.received()).as(result.text(row)).isEqualTo(result.expected());
                }));
    }
}
