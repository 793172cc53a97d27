package dev.onchange.examples.kinds

import dev.onchange.Batch
import dev.onchange.ChangeEvent
import dev.onchange.OnChange
import java.util.concurrent.BlockingQueue
import java.util.concurrent.LinkedBlockingQueue
import org.bson.codecs.pojo.annotations.BsonId

/** What was called, and with what: `all` as objects have no constructor to give it to. */
object Calls {
    val all: BlockingQueue<String> = LinkedBlockingQueue()
}

data class Item(@BsonId val sku: String)

object InAnObject {
    @OnChange(collection = "inventory", operation = ["insert"])
    fun arrived(item: Item) {
        Calls.all.add("object ${item.sku}")
    }
}

class WithCompanion {
    companion object {
        @OnChange(collection = "inventory", operation = ["insert"])
        fun arrived(item: Item) {
            Calls.all.add("companion ${item.sku}")
        }
    }
}

interface Arrivals {
    @OnChange(collection = "inventory", operation = ["insert"])
    fun arrived(item: Item) {
        Calls.all.add("interface ${item.sku}")
    }
}

class OfInterface : Arrivals

class Lists {
    @OnChange(collection = "inventory", operation = ["insert"], batch = Batch())
    fun items(items: List<Item>) {
        Calls.all.addAll(items.map { "list ${it.sku}" })
    }

    @OnChange(collection = "inventory", operation = ["insert"], batch = Batch())
    suspend fun events(events: List<ChangeEvent<Item>>) {
        Calls.all.addAll(events.map { "events ${it.fullDocument()?.sku}" })
    }
}
