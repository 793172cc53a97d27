package dev.onchange.examples.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.localmongo.LocalMongo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ShopTest {

    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "shop_" + Long.toHexString(System.nanoTime());

    @AfterEach
    void demolish() {
        try (MongoClient client = MongoClients.create(uri)) {
            Mono.from(client.getDatabase(database).drop()).block();
            Mono.from(client.getDatabase(database + "_state").drop()).block();
        }
    }

    @Test
    void what_runs_low_is_ordered() throws InterruptedException {
        assertThat(Shop.day(uri, database)).isEqualTo("more of apples");
    }
}
