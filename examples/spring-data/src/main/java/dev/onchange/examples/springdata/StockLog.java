package dev.onchange.examples.springdata;

import dev.onchange.OnChange;
import dev.onchange.spring.OnChangeProperties.Payloads;
import dev.onchange.spring.PayloadMapping;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bson.codecs.pojo.annotations.BsonId;
import org.springframework.stereotype.Component;

// tag::mapping
@Component
class StockLog {

    record Stock(@BsonId String sku, int qty) {}

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @OnChange(
            collection = "inventory",
            operation = {"insert", "replace"})
    @PayloadMapping(Payloads.DRIVER)
    void counted(Stock stock) {
        lines.add(stock.sku() + ": " + stock.qty());
    }
    // end::mapping

    Queue<String> lines() {
        return lines;
    }
}
