package dev.onchange.examples.cdi;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What has been ordered. */
@ApplicationScoped
class Orders {

    private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();

    void more(String item) {
        orders.add("more of " + item);
    }

    /** The orders in turn. */
    BlockingQueue<String> queue() {
        return orders;
    }
}
