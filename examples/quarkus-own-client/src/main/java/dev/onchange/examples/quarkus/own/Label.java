package dev.onchange.examples.quarkus.own;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;

/** Made for each change anew. */
@RequestScoped
class Label {

    private static final AtomicInteger MADE = new AtomicInteger();

    private int number;

    @PostConstruct
    void count() {
        number = MADE.incrementAndGet();
    }

    String of(Document item) {
        return item.getString("_id");
    }

    int number() {
        return number;
    }
}
