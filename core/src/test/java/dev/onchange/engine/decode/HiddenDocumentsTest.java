package dev.onchange.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.ChangeEvent;
import dev.onchange.engine.invoke.Specs;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.HandlerTarget;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** A handler sees the documents that it asked for, whatever its stream attaches for others. */
class HiddenDocumentsTest {

    private final EventDecoder decoder = Changes.decoder();

    @Test
    void a_handler_that_did_not_ask_sees_neither_the_looked_up_document_nor_the_one_before() {
        Change change = decoder.change(Changes.update());
        Payload<?> payload = payload(FullDocument.DEFAULT, FullDocumentBeforeChange.DEFAULT);

        ChangeEvent<?> event = change.event(payload);

        assertThat(event.fullDocument()).isNull();
        assertThat(event.fullDocumentBeforeChange()).isNull();
        assertThat(event.raw()).isEqualTo(BsonDocument.parse("""
                                {_id: {_data: '83'}, operationType: 'update', ns: {db: 'shop', coll: 'items'},
                                 documentKey: {_id: 1},
                                 updateDescription: {updatedFields: {qty: 2}, removedFields: [], truncatedArrays: []},
                                 last: true}"""));
        assertThat(change.driverDocument(payload).getFullDocument()).isNull();
        assertThat(change.driverDocument(payload).getFullDocumentBeforeChange()).isNull();
        assertThat(change.raw().document()).containsKeys("fullDocument", "fullDocumentBeforeChange");
    }

    @Test
    void a_handler_that_asked_sees_them() {
        Change change = decoder.change(Changes.update());

        ChangeEvent<?> event =
                change.event(payload(FullDocument.UPDATE_LOOKUP, FullDocumentBeforeChange.WHEN_AVAILABLE));

        assertThat(event.fullDocument()).isEqualTo(new Document("_id", 1).append("qty", 2));
        assertThat(event.fullDocumentBeforeChange()).isEqualTo(new Document("_id", 1).append("qty", 3));
        assertThat(event.raw()).isSameAs(change.raw().document());
    }

    @Test
    void each_is_hidden_for_itself() {
        Change change = decoder.change(Changes.update());

        ChangeEvent<?> after = change.event(payload(FullDocument.REQUIRED, FullDocumentBeforeChange.OFF));
        ChangeEvent<?> before = change.event(payload(FullDocument.DEFAULT, FullDocumentBeforeChange.REQUIRED));

        assertThat(after.fullDocument()).isNotNull();
        assertThat(after.raw()).containsKey("fullDocument").doesNotContainKey("fullDocumentBeforeChange");
        assertThat(before.fullDocumentBeforeChange()).isNotNull();
        assertThat(before.raw()).containsKey("fullDocumentBeforeChange").doesNotContainKey("fullDocument");
    }

    @Test
    void an_insert_shows_its_document_to_everyone() {
        Change change = decoder.change(Changes.insert("{_id: 1}"));

        ChangeEvent<?> event = change.event(payload(FullDocument.DEFAULT, FullDocumentBeforeChange.DEFAULT));

        assertThat(event.fullDocument()).isEqualTo(new Document("_id", 1));
        assertThat(event.raw()).isSameAs(change.raw().document());
    }

    @Test
    void handlers_that_see_the_same_share_one_event() {
        Change change = decoder.change(Changes.update());

        ChangeEvent<?> one = change.event(payload(FullDocument.DEFAULT, FullDocumentBeforeChange.DEFAULT));
        ChangeEvent<?> other = change.event(payload(FullDocument.DEFAULT, FullDocumentBeforeChange.OFF));

        assertThat(one).isSameAs(other);
    }

    private Payload<?> payload(FullDocument after, FullDocumentBeforeChange before) {
        HandlerSpec spec = Specs.spec(new HandlerTarget.OfFunction("audit", event -> null), Document.class);
        return decoder.payload(Specs.wanting(spec, new DocumentOptions(after, before, false)));
    }
}
