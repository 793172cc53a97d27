package dev.onchange.faults;

import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import org.bson.Document;

/** Receives each change of the collection, of several documents at a time. */
record Observer(Deliveries deliveries) {

    @OnChange(
            id = "observer",
            collection = Writer.COLLECTION,
            fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
            concurrency = 8)
    void received(ChangeEvent<Document> change) {
        deliveries.add(change);
    }
}
