package dev.onchange.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.localmongo.LocalMongo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;

@ExtendWith(OutputCaptureExtension.class)
class ShopApplicationTest {

    private final String database = "shop_" + Long.toHexString(System.nanoTime());

    @Test
    void a_bean_orders_what_runs_low_and_only_that(CapturedOutput output) {
        try (ConfigurableApplicationContext app = ShopApplication.start(
                LocalMongo.shared().connectionString(),
                "onchange.database=" + database,
                "onchange.state-database=" + database + "_state")) {
            app.getBean(Day.class).pass();

            assertThat(output).contains("Ordered more of apples, of which only 4 are left");
            assertThat(output).contains("Health: UP");
            assertThat(output).contains("Measured: ", "1 calls");
            assertThat(app.getBean(Purchasing.class).orders()).isEmpty();
            MongoClient client = app.getBean(MongoClient.class);
            Mono.from(client.getDatabase(database).drop()).block();
            Mono.from(client.getDatabase(database + "_state").drop()).block();
        }
    }
}
