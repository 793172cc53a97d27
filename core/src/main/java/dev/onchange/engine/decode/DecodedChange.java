package dev.onchange.engine.decode;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.UpdateDescription;
import dev.onchange.ChangeEvent;
import dev.onchange.engine.stream.RawChange;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Caches the decoded documents and views of one change. */
final class DecodedChange implements Change {

    private final RawChange raw;
    private final EventDecoder decoder;

    // Few: one for each payload type and set of hidden documents. Copied when a view is added, so that reading needs no
    // lock.
    private volatile List<EventView<?>> views = List.of();
    private volatile @Nullable UpdateDescription updateDescription;

    DecodedChange(RawChange raw, EventDecoder decoder) {
        this.raw = raw;
        this.decoder = decoder;
    }

    @Override
    public RawChange raw() {
        return raw;
    }

    @Override
    public ChangeEvent<?> event(Type payload) {
        return event(decoder.payload(payload));
    }

    @Override
    public <T> ChangeEvent<T> event(Payload<T> payload) {
        EventView<T> known = find(payload);
        return known != null ? known : add(payload);
    }

    @Override
    public <T> ChangeStreamDocument<T> driverDocument(Payload<T> payload) {
        return DriverDocument.of(event(payload));
    }

    Fields fields() {
        return new Fields(raw.document());
    }

    /** Null if the event has none. */
    @Nullable
    UpdateDescription updateDescription() {
        UpdateDescription known = updateDescription;
        if (known == null) {
            RawBsonDocument found = fields().document("updateDescription");
            known = found == null ? null : UpdateDescriptions.of(new Fields(found));
            updateDescription = known;
        }
        return known;
    }

    @SuppressWarnings("unchecked") // a payload's view has the payload's type
    private <T> @Nullable EventView<T> find(Payload<T> payload) {
        for (EventView<?> view : views) {
            if (view.payload() == payload) {
                return (EventView<T>) view;
            }
        }
        return null;
    }

    private synchronized <T> EventView<T> add(Payload<T> payload) {
        EventView<T> known = find(payload);
        if (known != null) {
            return known;
        }
        EventView<T> added = new EventView<>(this, payload, documents(payload.decoding()));
        if (views.isEmpty()) {
            views = List.of(added);
        } else {
            List<EventView<?>> more = new ArrayList<>(views);
            more.add(added);
            views = more;
        }
        return added;
    }

    @SuppressWarnings("unchecked") // documents of a decoding have its type
    private <T> Documents<T> documents(Decoding<T> decoding) {
        for (EventView<?> view : views) {
            if (view.documents().decoding() == decoding) {
                return (Documents<T>) view.documents();
            }
        }
        return new Documents<>(this, decoding);
    }

    /** For messages: operation, namespace, key and token, none of the content. */
    @Override
    public String toString() {
        String operation = raw.operation();
        String database = raw.database();
        String collection = raw.collection();
        RawBsonDocument key = raw.documentKey();
        RawBsonDocument token = fields().document("_id");
        return (operation.isEmpty() ? "change" : operation)
                + (database == null ? "" : " in " + database + (collection == null ? "" : "." + collection))
                + (key == null ? "" : " of " + key.toJson())
                + (token == null ? "" : " at " + token.toJson());
    }
}
