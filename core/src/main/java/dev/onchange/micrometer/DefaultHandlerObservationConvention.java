package dev.onchange.micrometer;

import dev.onchange.micrometer.HandlerObservation.High;
import dev.onchange.micrometer.HandlerObservation.Low;
import io.micrometer.common.KeyValues;
import org.bson.BsonDocument;

/** The names of {@link HandlerObservation}; the observation is called {@value #NAME}, a span as the handler. */
@SuppressWarnings("exports") // the framework is required where it is used
public final class DefaultHandlerObservationConvention implements HandlerObservationConvention {

    /** The observation's name. */
    public static final String NAME = "onchange.handler";

    /** For what a change has not, or a pipeline has taken away. */
    private static final String NONE = "none";

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(HandlerObservationContext context) {
        return handlerId(context);
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(HandlerObservationContext context) {
        BsonDocument event = context.invocation().event();
        return KeyValues.of(
                Low.HANDLER.withValue(handlerId(context)), Low.OPERATION.withValue(text(event, "operationType")));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(HandlerObservationContext context) {
        BsonDocument event = context.invocation().event();
        return KeyValues.of(
                High.NAMESPACE.withValue(namespace(part(event, "ns"))),
                High.DOCUMENT_KEY.withValue(key(part(event, "documentKey"))),
                High.TOKEN.withValue(text(part(event, "_id"), "_data")),
                High.ATTEMPT.withValue(
                        Integer.toString(context.invocation().attempt().number())),
                High.CHANGES.withValue(
                        Integer.toString(context.invocation().events().size())));
    }

    private static String handlerId(HandlerObservationContext context) {
        return context.invocation().handler().id();
    }

    private static String namespace(BsonDocument names) {
        String database = text(names, "db");
        String collection = text(names, "coll");
        return collection.equals(NONE) ? database : database + "." + collection;
    }

    private static String key(BsonDocument key) {
        return key.isEmpty() ? NONE : key.toJson();
    }

    private static BsonDocument part(BsonDocument event, String name) {
        return event.isDocument(name) ? event.getDocument(name) : new BsonDocument();
    }

    private static String text(BsonDocument document, String name) {
        return document.isString(name) ? document.getString(name).getValue() : NONE;
    }
}
