package dev.onchange.examples.benchmarks.contender;

import com.mongodb.client.MongoClients;
import com.mongodb.client.model.changestream.FullDocument;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.data.mongodb.core.MongoTemplate;
import org.springframework.data.mongodb.core.messaging.ChangeStreamRequest;
import org.springframework.data.mongodb.core.messaging.DefaultMessageListenerContainer;

/** Spring Data's listener container, which stands on the blocking driver; its requests know no batch size. */
final class SpringContainer {

    /** Learns of the classes that it maps as long as it lives, which is as long as an application does. */
    private static final Map<String, MongoTemplate> TEMPLATES = new HashMap<>();

    private SpringContainer() {}

    static AutoCloseable listen(Task task, Receiver receiver) {
        MongoTemplate template = TEMPLATES.computeIfAbsent(
                task.database(), database -> new MongoTemplate(MongoClients.create(task.uri()), database));
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer(template);
        container.start();
        ChangeStreamRequest<Item> request = ChangeStreamRequest.<Item>builder(message -> receiver.received(
                        Objects.requireNonNull(message.getBody()).qty()))
                .database(task.database())
                .collection(Task.collection(0))
                // It takes no cluster time; nothing was written to the collection before.
                .resumeAt(Instant.ofEpochSecond(task.from().getTime()))
                .fullDocumentLookup(task.lookUp() ? FullDocument.UPDATE_LOOKUP : FullDocument.DEFAULT)
                .build();
        container.register(request, Item.class, receiver::failed);
        return container::stop;
    }
}
