package shop;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.OnChange;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@SpringBootApplication
public class ShopApplication {

    public static void main(String[] args) {
        SpringApplication.run(ShopApplication.class, args);
    }

    @Component
    static class Arrivals {

        record Item(@BsonId String sku, int qty) {}

        @OnChange(
                collection = "inventory",
                operation = {"insert", "replace"})
        void arrived(Item item) {
            System.out.println(item.qty() + " of " + item.sku() + " arrived");
        }
    }

    @Bean
    ApplicationRunner delivery(MongoClient client) {
        MongoCollection<Document> inventory = client.getDatabase("shop").getCollection("inventory");
        Document sofa = new Document("qty", 3);
        return arguments -> Mono.from(inventory.replaceOne(Filters.eq("sofa"), sofa, new ReplaceOptions().upsert(true)))
                .block();
    }
}
