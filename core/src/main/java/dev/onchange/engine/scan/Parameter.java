package dev.onchange.engine.scan;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * What a handler method receives in one of its parameters.
 *
 * @param role the kind of parameter
 * @param type for roles that show the payload the payload type {@code T},
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
        /** {@code List<ChangeEvent<T>>}, the changes of a batch. */
        EVENTS,
        /** {@code List<ChangeStreamDocument<T>>}, the changes of a batch. */
        DRIVER_DOCUMENTS,
        /** {@code List<T>}, the documents of a batch; null where a change has none. */
        PAYLOADS,
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
        RESUME_TOKEN;

        /** Whether it shows the payload, one or many. */
        public boolean showsPayload() {
            return ordinal() <= PAYLOADS.ordinal();
        }

        /** Whether it takes the changes of a batch. */
        public boolean isList() {
            return this == EVENTS || this == DRIVER_DOCUMENTS || this == PAYLOADS;
        }

        /** What a list of such parameters is; null if there is no such list. */
        public @Nullable Role list() {
            return switch (this) {
                case EVENT -> EVENTS;
                case DRIVER_DOCUMENT -> DRIVER_DOCUMENTS;
                case PAYLOAD -> PAYLOADS;
                default -> null;
            };
        }
    }
}
