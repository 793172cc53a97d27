package dev.onchange.engine.invoke;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.BatchFailure;
import dev.onchange.ChangeEvent;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.decode.Payload;
import dev.onchange.generated.CallArguments;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The arguments of one call with several changes: what cannot be decoded fails for its change alone. */
record BatchArguments(
        List<Change> changes,
        Payload<?> payloadType,
        Attempt attempt,
        @Nullable ClientSession session) implements CallArguments {

    @Override
    public List<ChangeEvent<?>> events() {
        return each(change -> change.event(payloadType));
    }

    @Override
    public List<ChangeStreamDocument<?>> driverDocuments() {
        return each(change -> change.driverDocument(payloadType));
    }

    @Override
    public List<@Nullable Object> payloads() {
        return each(change -> change.event(payloadType).fullDocument());
    }

    @Override
    public ChangeEvent<?> event() {
        throw ofOneChange();
    }

    @Override
    public ChangeStreamDocument<?> driverDocument() {
        throw ofOneChange();
    }

    @Override
    public @Nullable Object payload() {
        throw ofOneChange();
    }

    @Override
    public @Nullable UpdateDescription updateDescription() {
        throw ofOneChange();
    }

    @SuppressWarnings("unchecked") // an array of objects holds any
    private <V extends @Nullable Object> List<V> each(Function<Change, V> part) {
        Object[] parts = new Object[changes.size()];
        for (int i = 0; i < parts.length; i++) {
            try {
                parts[i] = part.apply(changes.get(i));
            } catch (RuntimeException undecodable) {
                throw new BatchFailure(i, undecodable);
            }
        }
        return (List<V>) Collections.unmodifiableList(Arrays.asList(parts));
    }

    private static IllegalStateException ofOneChange() {
        return new IllegalStateException("A handler of batches takes no single change");
    }
}
