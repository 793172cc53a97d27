package dev.onchange.engine.scan;

import java.lang.reflect.Type;

/**
 * What a handler method receives in one of its parameters.
 *
 * @param role the kind of parameter
 * @param type for {@link Role#EVENT}, {@link Role#DRIVER_DOCUMENT} and {@link Role#PAYLOAD} the payload type {@code T},
 *     which is the handler's {@link HandlerSpec#payload()}; for all other roles the parameter's class
 */
public record Parameter(Role role, Type type) {

    /** What a parameter can be. */
    public enum Role {
        /** {@code ChangeEvent<T>}. */
        EVENT,
        /** The driver's {@code ChangeStreamDocument<T>}. */
        DRIVER_DOCUMENT,
        /** The full document, decoded to {@code T}; with an own pipeline the shape that it produces. */
        PAYLOAD,
        /** The driver's {@code UpdateDescription}; null unless the change is an update. */
        UPDATE_DESCRIPTION,
        /** The {@code ClientSession} of the handler's transaction. */
        SESSION,
        /** {@code Attempt}. */
        ATTEMPT,
        /** The driver's {@code OperationType}. */
        OPERATION,
        /** The driver's {@code MongoNamespace}; null for changes of no single collection. */
        NAMESPACE,
        /** {@code BsonTimestamp}, the time of the oplog's entry. */
        CLUSTER_TIME,
        /** {@code ResumeToken}. */
        RESUME_TOKEN
    }
}
