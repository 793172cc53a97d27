package dev.onchange.engine.invoke;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.decode.Payload;
import dev.onchange.generated.CallArguments;
import org.jspecify.annotations.Nullable;

/** The arguments of one call: a change with its documents as the handler's payload type, the attempt and the session. */
record ChangeArguments(
        Change change,
        Payload<?> payloadType,
        Attempt attempt,
        @Nullable ClientSession session) implements CallArguments {

    @Override
    public ChangeEvent<?> event() {
        return change.event(payloadType);
    }

    @Override
    public ChangeStreamDocument<?> driverDocument() {
        return change.driverDocument(payloadType);
    }

    @Override
    public @Nullable Object payload() {
        return event().fullDocument();
    }

    @Override
    public @Nullable UpdateDescription updateDescription() {
        return event().updateDescription();
    }
}
