package dev.onchange.examples.kinds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import java.util.Set;
import java.util.TreeSet;
import org.bson.Document;
import org.junit.jupiter.api.Test;

@OnChangeTest
class KindsTest {

    @Test
    void functionsOfObjectsCompanionsAndInterfacesAreHandlers(MongoDatabase shop, Listening listening) {
        listening.start(listening.builder().scan("dev.onchange.examples.kinds"));

        listening.run(shop.getCollection("inventory").insertOne(new Document("_id", "pears")));
        listening.awaitIdle();

        assertEquals(
                Set.of("object pears", "companion pears", "interface pears", "list pears", "events pears"),
                new TreeSet<>(Calls.INSTANCE.getAll()));
        assertEquals(5, Calls.INSTANCE.getAll().size());
    }
}
