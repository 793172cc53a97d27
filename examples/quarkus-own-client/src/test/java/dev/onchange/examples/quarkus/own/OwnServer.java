package dev.onchange.examples.quarkus.own;

import dev.onchange.localmongo.LocalMongo;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** A server for the test, in place of a container. */
public final class OwnServer implements QuarkusTestResourceLifecycleManager {

    private LocalMongo mongo;

    @Override
    public Map<String, String> start() {
        mongo = LocalMongo.start();
        return Map.of("shop.mongodb", mongo.connectionString());
    }

    @Override
    public void stop() {
        mongo.close();
    }
}
