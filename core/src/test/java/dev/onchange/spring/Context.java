package dev.onchange.spring;

import com.mongodb.ConnectionString;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.localmongo.LocalMongo;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoReactiveAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;

/** Application contexts of one test, with a database of its own, and a client beside them that writes. */
final class Context implements AutoCloseable {

    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "spring_" + Long.toHexString(System.nanoTime());
    private final MongoClient client = MongoClients.create(uri);

    /** What handlers have noted. */
    final List<Object> seen = new CopyOnWriteArrayList<>();

    /** Spring Boot's auto-configuration and ours, pointed at the database by Boot's own property. */
    ApplicationContextRunner runner() {
        return withoutServer().withPropertyValues(properties());
    }

    /** The same for a context that is built by {@code SpringApplicationBuilder}. */
    String[] properties() {
        return new String[] {
            "spring.mongodb.uri=" + withDatabase(),
            "onchange.state-database=" + state(),
            "onchange.max-await-time=100ms",
            "spring.main.banner-mode=off"
        };
    }

    ApplicationContextRunner withoutServer() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        MongoReactiveAutoConfiguration.class,
                        OnChangeAutoConfiguration.class,
                        OnChangeHealthAutoConfiguration.class,
                        HealthContributorAutoConfiguration.class))
                .withBean("seen", Context.Seen.class, () -> new Seen(seen));
    }

    String uri() {
        return uri;
    }

    String database() {
        return database;
    }

    String state() {
        return database + "_state";
    }

    void insert(String collection, int id) {
        Mono.from(client.getDatabase(database).getCollection(collection).insertOne(new Document("_id", id)))
                .block();
    }

    @Override
    public void close() {
        Mono.from(client.getDatabase(database).drop()).block();
        Mono.from(client.getDatabase(state()).drop()).block();
        client.close();
    }

    private String withDatabase() {
        String seeds = new ConnectionString(uri)
                .getHosts().stream().reduce((a, b) -> a + "," + b).orElseThrow();
        int slash = uri.indexOf('/', uri.indexOf("//") + 2);
        String options = slash < 0 || uri.indexOf('?') < 0 ? "" : uri.substring(uri.indexOf('?'));
        String credentials = uri.contains("@") ? uri.substring(uri.indexOf("//") + 2, uri.indexOf('@') + 1) : "";
        return "mongodb://" + credentials + seeds + "/" + database + options;
    }

    /** Where the handlers of a context note what they receive. */
    record Seen(List<Object> notes) {
        void note(Object what) {
            notes.add(what);
        }
    }
}
