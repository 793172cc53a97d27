package dev.onchange.examples.inventory.rows;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.ChangeStreamPreAndPostImagesOptions;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.examples.inventory.Shop;
import java.util.List;
import java.util.Objects;
import org.bson.Document;
import reactor.core.publisher.Mono;

/** Does once what a change stream can report; in the end the shop's database is dropped. */
record EveryOperation(Shop shop) {

    void perform() {
        Shop.run(shop.house().createCollection("suppliers"));
        Shop.run(shop.house()
                .createCollection(
                        Shop.INVENTORY,
                        new CreateCollectionOptions()
                                .changeStreamPreAndPostImagesOptions(new ChangeStreamPreAndPostImagesOptions(true))));
        MongoCollection<Document> items = shop.inventory();
        Shop.run(items.createIndex(Indexes.ascending("qty")));
        changeDocuments(items);
        inTransaction(items);
        changeCollections(items);
        Shop.run(shop.house().drop());
    }

    private void changeDocuments(MongoCollection<Document> items) {
        Document lamp = new Document("_id", "lamp").append("qty", 1).append("tags", List.of("red", "warm", "bright"));
        Shop.run(items.insertOne(lamp));
        Shop.run(items.updateOne(Filters.eq("lamp"), Updates.combine(Updates.inc("qty", 1), Updates.unset("none"))));
        Shop.run(items.updateOne(
                Filters.eq("lamp"), List.of(Document.parse("{ $set: { tags: { $slice: ['$tags', 2] } } }"))));
        Shop.run(items.replaceOne(Filters.eq("lamp"), new Document("qty", 5)));
        Shop.run(items.deleteOne(Filters.eq("lamp")));
    }

    private void inTransaction(MongoCollection<Document> items) {
        try (ClientSession session =
                Objects.requireNonNull(Mono.from(shop.client().startSession()).block())) {
            session.startTransaction();
            Shop.run(items.insertOne(session, new Document("_id", "desk").append("qty", 1)));
            Shop.run(items.insertOne(session, new Document("_id", "sofa").append("qty", 1)));
            Shop.run(session.commitTransaction());
        }
    }

    private void changeCollections(MongoCollection<Document> items) {
        Shop.run(shop.house()
                .runCommand(new Document("collMod", Shop.INVENTORY)
                        .append("index", new Document("name", "qty_1").append("hidden", true))));
        Shop.run(items.dropIndex("qty_1"));
        Shop.run(items.renameCollection(new MongoNamespace(shop.database(), "goods")));
        Shop.run(shop.house().getCollection("goods").drop());
    }
}
