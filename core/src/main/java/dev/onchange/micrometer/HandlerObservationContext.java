package dev.onchange.micrometer;

import dev.onchange.Interceptor;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import org.bson.RawBsonDocument;

/** What is known of a call while it is observed. For traces it is a consumer, and begins a trace: changes carry none. */
@SuppressWarnings("exports") // the framework is required where it is used
public final class HandlerObservationContext extends ReceiverContext<RawBsonDocument> {

    private final Interceptor.Invocation invocation;

    HandlerObservationContext(Interceptor.Invocation invocation) {
        super((event, key) -> null, Kind.CONSUMER);
        this.invocation = invocation;
        setCarrier(invocation.event());
        setRemoteServiceName("mongodb");
    }

    /** The call. */
    public Interceptor.Invocation invocation() {
        return invocation;
    }
}
