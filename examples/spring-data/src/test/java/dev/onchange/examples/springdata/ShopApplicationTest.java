package dev.onchange.examples.springdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onchange.ChangeListeners;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

class ShopApplicationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String database = "shop_" + Long.toHexString(System.nanoTime());

    @AfterEach
    void dropDatabases() {
        try (var client = com.mongodb.reactivestreams.client.MongoClients.create(
                LocalMongo.shared().connectionString())) {
            Mono.from(client.getDatabase(database).drop()).block();
            Mono.from(client.getDatabase(database + "_state").drop()).block();
        }
    }

    @Test
    void entities_arrive_as_repositories_write_them_and_repositories_write_within_the_handlers_transaction() {
        assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("boot.version", "4.0.7"));
        try (ConfigurableApplicationContext app = ShopApplication.start(settings())) {
            Items items = app.getBean(Items.class);
            items.save(new Item("pears", -1, Locale.FRENCH)).block();
            items.save(new Item("apples", 4, Locale.GERMAN)).block();

            Order order = awaited(app.getBean(Orders.class).findById("apples"));
            assertThat(order).isEqualTo(new Order("apples", 96));

            ChangeListeners listeners = app.getBean(ChangeListeners.class);
            awaited(listeners.deadLetters().list(DeadLetterFilter.all()).next());
            assertThat(app.getBean(Orders.class).existsById("pears").block())
                    .as("written by a handler that failed then")
                    .isFalse();
            StockLog log = app.getBean(StockLog.class);
            awaited(Mono.defer(() -> Mono.justOrEmpty(log.lines().contains("apples: 4") ? log : null)));
        }
    }

    @Test
    void an_entity_is_refused_where_the_drivers_codecs_would_read_it() {
        assertThatThrownBy(() -> ShopApplication.start(settings("--onchange.payloads=driver")))
                .hasStackTraceContaining("ONC-1108")
                .hasStackTraceContaining(Item.class.getName() + " is mapped by Spring Data (@");
    }

    private String[] settings(String... more) {
        String[] settings = java.util.Arrays.copyOf(more, more.length + 3);
        settings[more.length] = "--spring.mongodb.uri=" + LocalMongo.shared().connectionString();
        settings[more.length + 1] = "--spring.mongodb.database=" + database;
        settings[more.length + 2] = "--onchange.state-database=" + database + "_state";
        return settings;
    }

    private static <T> T awaited(Mono<T> wanted) {
        return wanted.switchIfEmpty(Mono.error(new AssertionError("not there")))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(20)))
                .block(PATIENCE);
    }
}
