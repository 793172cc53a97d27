package dev.onchange.examples.inventory;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import java.time.Duration;
import java.util.List;
import org.bson.conversions.Bson;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Customers. Each sale has the number after that of the last one in the database, so that nobody who reads them can
 * miss or repeat one without noticing.
 */
record Sales(Shop shop) {

    private static final List<String> ITEMS = List.of("lamp", "desk", "sofa");
    private static final int FULL = 12;
    private static final int STEP = 3;
    private static final Duration PACE = Duration.ofSeconds(1);

    /** Sells until it is disposed of. */
    Disposable begin() {
        return last().flatMapMany(last -> Flux.interval(PACE)
                        .onBackpressureDrop()
                        .scan(last, (number, tick) -> number + 1)
                        .skip(1)
                        .concatMap(this::sell))
                .subscribe();
    }

    private Mono<Long> last() {
        return Mono.from(shop.inventory().find().sort(Sorts.descending("sale")).first())
                .map(item -> item.get("sale", Number.class).longValue())
                .defaultIfEmpty(0L);
    }

    private Mono<?> sell(long number) {
        String item = ITEMS.get((int) (number % ITEMS.size()));
        int round = (int) (number / ITEMS.size() % (FULL / STEP));
        Bson update = Updates.combine(Updates.set("qty", FULL - STEP * round), Updates.set("sale", number));
        return Mono.from(shop.inventory().updateOne(Filters.eq(item), update, new UpdateOptions().upsert(true)));
    }
}
