package dev.onchange.examples.plugins.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.examples.plugins.host.Host.Result;
import dev.onchange.localmongo.LocalMongo;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class HostTest {

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
    void nothing_is_lost_when_a_plug_in_is_replaced_while_orders_come_in() throws Exception {
        Result result = Host.trade(uri, database, Path.of(".."));

        assertThat(result.before()).isPositive();
        assertThat(result.after()).isPositive();
        assertThat(result.lost()).isZero();
        assertThat(result.repeated()).isZero();
        assertThat(result.counted()).isEqualTo(result.orders());
        assertThat(result.plan().toString()).contains("found by index").doesNotContain("found by scan");
    }
}
