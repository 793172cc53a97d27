package dev.onchange.examples.kotlin

import dev.onchange.Exhausted
import dev.onchange.OnChange
import dev.onchange.Retry
import java.util.concurrent.BlockingQueue
import kotlinx.coroutines.delay
import org.bson.codecs.pojo.annotations.BsonId

// tag::handlers
data class Item(@BsonId val sku: String, val qty: Int, val note: String?)

class Reordering(private val orders: BlockingQueue<String>) {

    @OnChange(
        collection = "inventory",
        operation = ["insert", "replace"],
        match = "{ 'fullDocument.qty': { \$lt: 10 } }",
        retry = Retry(attempts = 2, backoff = "1ms"),
        exhausted = Exhausted.DEAD_LETTER,
    )
    internal suspend fun low(item: Item) {
        delay(1)
        require(item.qty >= 0) { "less than nothing" }
        orders.add("more of ${item.sku}")
    }
}
// end::handlers
