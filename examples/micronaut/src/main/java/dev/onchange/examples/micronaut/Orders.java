package dev.onchange.examples.micronaut;

import jakarta.inject.Singleton;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What has been ordered. */
@Singleton
class Orders {

    private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();

    void more(String item) {
        orders.add("more of " + item);
    }

    BlockingQueue<String> queue() {
        return orders;
    }
}
