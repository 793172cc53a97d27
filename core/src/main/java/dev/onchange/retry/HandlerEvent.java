package dev.onchange.retry;

import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** Something that befell a handler; told on the thread on which it happened. */
public sealed interface HandlerEvent {

    /** Which handler. */
    String handlerId();

    /**
     * It has stopped by itself before a change; its position stays.
     *
     * @param reason why
     */
    record Stopped(String handlerId, Throwable reason) implements HandlerEvent {}

    /**
     * A change became a dead letter; later changes of the same document will be parked behind it.
     *
     * @param token the {@code _data} of the change's resume token
     * @param key the document, as in {@link DeadLetter#key}
     * @param failure why the last attempt failed
     */
    record DeadLettered(
            String handlerId,
            String token,
            @Nullable BsonDocument key,
            @Nullable Throwable failure) implements HandlerEvent {}

    /**
     * A change was passed over after its last attempt.
     *
     * @param token the {@code _data} of the change's resume token
     * @param failure why the last attempt failed
     */
    record Skipped(String handlerId, String token, @Nullable Throwable failure) implements HandlerEvent {}

    /**
     * A dead letter could not be stored; it is tried again until it succeeds, and the change stays unsettled.
     *
     * @param failure why
     * @param attempt how often it has failed in a row
     */
    record NotStored(String handlerId, Throwable failure, long attempt) implements HandlerEvent {}
}
