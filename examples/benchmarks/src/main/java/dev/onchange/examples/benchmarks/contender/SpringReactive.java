package dev.onchange.examples.benchmarks.contender;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoClients;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.data.mongodb.core.ChangeStreamOptions;
import org.springframework.data.mongodb.core.ReactiveMongoTemplate;
import reactor.core.Disposable;

/** Spring Data's {@code ReactiveMongoTemplate}; its options know no batch size. */
final class SpringReactive {

    /** Learns of the classes that it maps as long as it lives, which is as long as an application does. */
    private static final Map<String, ReactiveMongoTemplate> TEMPLATES = new HashMap<>();

    private SpringReactive() {}

    static AutoCloseable listen(Task task, Receiver receiver) {
        ReactiveMongoTemplate template = TEMPLATES.computeIfAbsent(
                task.database(), database -> new ReactiveMongoTemplate(MongoClients.create(task.uri()), database));
        ChangeStreamOptions.ChangeStreamOptionsBuilder options =
                ChangeStreamOptions.builder().resumeAt(task.from());
        if (task.lookUp()) {
            options.fullDocumentLookup(FullDocument.UPDATE_LOOKUP);
        }
        Disposable subscription = template.changeStream(
                        task.database(), Task.collection(0), options.build(), Item.class)
                .subscribe(
                        event -> receiver.received(
                                Objects.requireNonNull(event.getBody()).qty()),
                        receiver::failed);
        return subscription::dispose;
    }
}
