package dev.onchange.examples.springdata;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

// tag::handlers
@Component
class Purchasing {

    private final Orders orders;

    Purchasing(Orders orders) {
        this.orders = orders;
    }

    @OnChange(
            collection = "inventory",
            operation = {"insert", "replace"},
            match = "{ 'fullDocument.qty': { $lt: 10 } }",
            transactional = true,
            retry = @Retry(attempts = 1),
            exhausted = Exhausted.DEAD_LETTER)
    Mono<Void> low(Item item, ClientSession session) {
        return orders.save(new Order(item.sku(), 100 - item.left())).flatMap(order -> accepted(item));
    }
    // end::handlers

    private static Mono<Void> accepted(Item item) {
        return item.left() < 0 ? Mono.error(new IllegalArgumentException("less than nothing")) : Mono.empty();
    }
}
