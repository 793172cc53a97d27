package dev.onchange.examples.springboot;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.springframework.stereotype.Service;

/** Orders what runs low. */
@Service
class Purchasing {

    private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();

    void order(Item item) {
        orders.add("more of " + item.sku() + ", of which only " + item.qty() + " are left");
    }

    /** What has been ordered, in turn. */
    BlockingQueue<String> orders() {
        return orders;
    }
}
