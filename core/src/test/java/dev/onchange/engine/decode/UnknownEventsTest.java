package dev.onchange.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.changestream.OperationType;
import com.mongodb.client.model.changestream.SplitEvent;
import com.mongodb.client.model.changestream.TruncatedArray;
import dev.onchange.ChangeEvent;
import dev.onchange.engine.stream.RawChange;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Events that no server of today sends, and events that a pipeline has reshaped. */
class UnknownEventsTest {

    private final EventDecoder decoder = Changes.decoder();

    @Test
    void an_operation_of_the_future_keeps_its_name_and_its_fields() {
        RawChange raw = Changes.raw("""
                {_id: {_data: '82'}, operationType: 'teleport', ns: {db: 'shop', coll: 'items', realm: 'r'},
                 to: {db: 'store', coll: 'items'}, documentKey: {_id: 1}, fullDocument: {sku: 'a'},
                 whence: {planet: 'earth'}}""");

        ChangeEvent<?> event = decoder.change(raw).event(Document.class);

        assertThat(event.operation()).isEqualTo(OperationType.OTHER);
        assertThat(event.operationName()).isEqualTo("teleport");
        assertThat(event.namespace()).hasToString("shop.items");
        assertThat(event.destinationNamespace()).hasToString("store.items");
        assertThat(event.fullDocument()).isEqualTo(new Document("sku", "a"));
        assertThat(event.raw().getDocument("whence").getString("planet").getValue())
                .isEqualTo("earth");
        assertThat(decoder.change(raw)
                        .driverDocument(decoder.payload(Document.class))
                        .getExtraElements())
                .isEqualTo(BsonDocument.parse("{whence: {planet: 'earth'}}"));
    }

    @Test
    void an_event_of_which_only_the_token_is_left_has_nothing_else() {
        RawChange raw = Changes.raw("{_id: {_data: 'not a token'}}");

        ChangeEvent<?> event = decoder.change(raw).event(Document.class);

        assertThat(event.resumeToken()).isEqualTo(BsonDocument.parse("{_data: 'not a token'}"));
        assertThat(event.operation()).isEqualTo(OperationType.OTHER);
        assertThat(event.operationName()).isEmpty();
        assertThat(event)
                .extracting(
                        ChangeEvent::namespace,
                        ChangeEvent::databaseName,
                        ChangeEvent::destinationNamespace,
                        ChangeEvent::documentKey,
                        ChangeEvent::fullDocument,
                        ChangeEvent::fullDocumentBeforeChange,
                        ChangeEvent::updateDescription,
                        ChangeEvent::clusterTime,
                        ChangeEvent::wallTime,
                        ChangeEvent::collectionUuid,
                        ChangeEvent::transaction)
                .containsOnlyNulls();
    }

    @Test
    void fields_of_an_unexpected_type_are_as_good_as_missing() {
        RawChange raw = Changes.raw("""
                {_id: {_data: '82'}, operationType: 'insert', ns: 'shop', to: 1, documentKey: [1], fullDocument: 'text',
                 fullDocumentBeforeChange: null, updateDescription: 'some', wallTime: 'noon', collectionUUID: 7,
                 lsid: 'me', txnNumber: 'one'}""");

        ChangeEvent<?> event = decoder.change(raw).event(Document.class);

        assertThat(event)
                .extracting(
                        ChangeEvent::namespace,
                        ChangeEvent::databaseName,
                        ChangeEvent::destinationNamespace,
                        ChangeEvent::documentKey,
                        ChangeEvent::fullDocument,
                        ChangeEvent::fullDocumentBeforeChange,
                        ChangeEvent::updateDescription,
                        ChangeEvent::wallTime,
                        ChangeEvent::collectionUuid,
                        ChangeEvent::transaction)
                .containsOnlyNulls();
    }

    @Test
    void an_incomplete_update_description_is_shown_as_far_as_it_goes() {
        RawChange raw = Changes.raw("""
                {_id: {_data: '82'}, operationType: 'update', updateDescription: {removedFields: ['a', 1],
                 truncatedArrays: [{field: 'tags', newSize: {$numberLong: '3'}}, {field: 'no size'}, 7],
                 disambiguatedPaths: {'sizes.1': ['sizes', 1]}}}""");

        var update = decoder.change(raw).event(Document.class).updateDescription();

        assertThat(update.getUpdatedFields()).isNull();
        assertThat(update.getRemovedFields()).containsExactly("a");
        assertThat(update.getTruncatedArrays()).containsExactly(new TruncatedArray("tags", 3));
        assertThat(update.getDisambiguatedPaths().getArray("sizes.1").get(1)).isEqualTo(new BsonInt32(1));
    }

    @Test
    void a_fragment_of_a_split_event_says_which_it_is() {
        RawChange raw = Changes.raw("{_id: {_data: '82'}, splitEvent: {fragment: 1, of: 2}, operationType: 'update'}");

        Change change = decoder.change(raw);

        assertThat(change.event(Document.class).raw().getDocument("splitEvent"))
                .isEqualTo(BsonDocument.parse("{fragment: 1, of: 2}"));
        assertThat(change.driverDocument(decoder.payload(Document.class)).getSplitEvent())
                .isEqualTo(new SplitEvent(1, 2));
    }

    @Test
    void the_number_of_a_transaction_may_be_of_any_integer_type() {
        RawChange raw = Changes.raw("{_id: {_data: '82'}, operationType: 'insert', lsid: {id: 1}, txnNumber: 4}");

        Change change = decoder.change(raw);

        assertThat(change.event(Document.class).transaction())
                .isEqualTo(new ChangeEvent.TransactionId(BsonDocument.parse("{id: 1}"), 4));
        assertThat(change.driverDocument(decoder.payload(Document.class)).getTxnNumber())
                .isEqualTo(new BsonInt64(4));
    }
}
