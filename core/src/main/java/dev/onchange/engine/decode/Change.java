package dev.onchange.engine.decode;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import dev.onchange.ChangeEvent;
import dev.onchange.engine.stream.RawChange;
import java.lang.reflect.Type;

/**
 * One change on its way to the handlers it matches; decodes each payload type at most once, for all of them, and only
 * when one of them asks. Safe for use by several threads.
 */
public interface Change {

    /** As the server sent it. */
    RawChange raw();

    /** The event as a handler sees it; the same object at each call with the same payload. */
    <T> ChangeEvent<T> event(Payload<T> payload);

    /**
     * The event with payload type {@code payload} and all documents that the stream attached; the same object at each
     * call with the same type.
     *
     * @throws org.bson.codecs.configuration.CodecConfigurationException if no codec can decode the type
     */
    ChangeEvent<?> event(Type payload);

    /**
     * The event as the driver's own type; its documents are those of {@link #event(Payload)}.
     *
     * @throws dev.onchange.PayloadException if the codecs cannot decode a document
     */
    <T> ChangeStreamDocument<T> driverDocument(Payload<T> payload);
}
