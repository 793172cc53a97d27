package dev.onchange.examples.quarkus.own;

import dev.onchange.OnChange;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.bson.Document;

/** What has arrived, in turn. */
@ApplicationScoped
class Arrivals {

    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

    @Inject
    Label label;

    @OnChange(collection = "${shop.parcels}", operation = "insert")
    void arrived(Document item) {
        arrived.add(label.of(item) + " by change " + label.number());
    }

    BlockingQueue<String> queue() {
        return arrived;
    }
}
