package dev.onchange.status;

import dev.onchange.checkpoint.Position;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** Something that happened to a stream, a handler or a position; told on the thread on which it happened: listeners must not block. */
public sealed interface ListenerEvent {

    /** The server has opened a stream, for the first time or again. */
    record StreamOpened(String stream) implements ListenerEvent {}

    /**
     * A stream broke off and will be opened again.
     *
     * @param stream as named in the plan
     * @param failure why
     * @param attempt how many failures there have been in a row
     * @param delay how long it waits before it tries
     */
    record StreamReopening(String stream, Throwable failure, int attempt, Duration delay) implements ListenerEvent {}

    /** A watched collection or database was dropped or renamed; the stream goes on with the next of that name. */
    record StreamInvalidated(String stream) implements ListenerEvent {}

    /**
     * The stream's filter now leaves out the event of the position; the stream goes on from the position's time, and
     * nothing is lost.
     */
    record TokenNotFound(String stream, Throwable failure) implements ListenerEvent {}

    /**
     * The oplog no longer holds the position of handlers; those of the stream that are further are not concerned.
     *
     * @param stream as named in the plan
     * @param handlerIds whose position it is
     * @param from the time up to which changes were delivered
     * @param to from which time on they can be had; null if it is not known
     * @param answer what follows
     */
    record HistoryLost(
            String stream,
            List<String> handlerIds,
            BsonTimestamp from,
            @Nullable BsonTimestamp to,
            dev.onchange.HistoryLost answer)
            implements ListenerEvent {}

    /**
     * A position does not come from this deployment's history, or the server does not take its token.
     *
     * @param stream as named in the plan
     * @param handlerIds whose position it is
     * @param position the position
     * @param to from which time on changes can be had; null if it is not known
     * @param answer what follows
     */
    record PositionForeign(
            String stream,
            List<String> handlerIds,
            Position position,
            @Nullable BsonTimestamp to,
            dev.onchange.HistoryLost answer)
            implements ListenerEvent {}

    /**
     * A change was too large for the server to send; it is handed on without its documents.
     *
     * @param stream as named in the plan
     * @param token the change's resume token
     * @param documentKey whose change it is; null if it is not known
     */
    record ChangeOversized(
            String stream, BsonDocument token, @Nullable BsonDocument documentKey) implements ListenerEvent {}

    /** A stream could not be opened; whoever starts it is told so by an exception. */
    record StreamRefused(String stream, Throwable failure) implements ListenerEvent {}

    /** A stream that was open has ended for good; its handlers receive nothing until they are resumed. */
    record StreamFailed(String stream, Throwable failure) implements ListenerEvent {}

    /** A stream was closed as asked. */
    record StreamClosed(String stream) implements ListenerEvent {}

    /**
     * A handler was so slow, or waited so long for another attempt, that the others of its stream had to wait: from now
     * on, until the next start, it has a stream of its own, if not too many have one already.
     */
    record HandlerHeldUpOthers(String handlerId, String stream) implements ListenerEvent {}

    /**
     * A handler stopped before a change at which it failed, or could not begin when this instance took it over; its position is
     * kept.
     */
    record HandlerStopped(String handlerId, Throwable failure) implements ListenerEvent {}

    /**
     * An attempt at a change failed, and another one follows.
     *
     * @param handlerId whose
     * @param token the {@code _data} of the change's resume token
     * @param key the document; null if the change has none
     * @param attempt which attempt it was, from 1
     * @param delay how long it is waited before the next one
     * @param failure why it failed
     */
    record AttemptFailed(
            String handlerId, String token, @Nullable BsonDocument key, int attempt, Duration delay, Throwable failure)
            implements ListenerEvent {}

    /**
     * A change became a dead letter; later changes of the same document are parked behind it.
     *
     * @param handlerId whose
     * @param token the {@code _data} of the change's resume token
     * @param key the document; null if the change has none
     * @param failure why the last attempt failed
     */
    record ChangeDeadLettered(
            String handlerId,
            String token,
            @Nullable BsonDocument key,
            @Nullable Throwable failure) implements ListenerEvent {}

    /**
     * A change was passed over after its last attempt.
     *
     * @param handlerId whose
     * @param token the {@code _data} of the change's resume token
     * @param failure why the last attempt failed
     */
    record ChangeSkipped(
            String handlerId, String token, @Nullable Throwable failure) implements ListenerEvent {}

    /** A dead letter could not be stored; it is tried again until it succeeds, and the change stays unsettled. */
    record DeadLetterNotStored(String handlerId, Throwable failure, long attempt) implements ListenerEvent {}

    /**
     * A handler begins with the documents that exist.
     *
     * @param handlerId whose; a partition has an id like {@code stock|3/8}
     * @param collections which are read, with their databases
     * @param estimated how many documents they hold, about
     * @param since what existed then comes with a time later than this, unless it is deleted before; null if only some
     *     documents are wanted
     */
    record SnapshotStarted(
            String handlerId,
            List<String> collections,
            long estimated,
            @Nullable BsonTimestamp since) implements ListenerEvent {}

    /**
     * A handler has settled every document that existed when it began, or that its snapshot was to read; it goes on with
     * the changes alone. Told before that is saved: after a crash it may be told once more.
     *
     * @param handlerId whose; a partition has an id like {@code stock|3/8}, and tells of its own documents
     * @param documents how many were read; of a partition about as many as are its own
     * @param since of each document that exists the handler was given something with a {@code clusterTime} later than this: what
     *     it was given before and not since then was deleted, or is not wanted any more. Null if that cannot be told, as only
     *     some documents were read
     */
    record SnapshotCompleted(
            String handlerId, long documents, @Nullable BsonTimestamp since) implements ListenerEvent {}

    /**
     * Documents could not be read; it is tried again until it succeeds, and changes go on meanwhile, except those of documents
     * that are not read yet.
     *
     * @param handlerId whose; a partition has an id like {@code stock|3/8}
     * @param collection with its database
     * @param attempt how many failures there have been in a row
     * @param failure why
     */
    record SnapshotHindered(String handlerId, String collection, int attempt, Throwable failure)
            implements ListenerEvent {}

    /**
     * A handler is given no more documents, as was asked, and goes on with the changes.
     *
     * @param documents how many were read
     */
    record SnapshotCancelled(String handlerId, long documents) implements ListenerEvent {}

    /** Positions could not be saved; it is tried again until it succeeds. */
    record PositionsNotSaved(Throwable failure, int attempt) implements ListenerEvent {}

    /**
     * A handler whose changes each instance gets was not given some: it has begun without a position, or the oplog no longer
     * held its position. What it keeps, as a cache, may be out of date.
     *
     * @param handlerId whose
     * @param from the time up to which changes were delivered; null if it is not known, as at a start
     * @param to from which time on changes are delivered; null if it is not known
     */
    record ChangesMissed(
            String handlerId,
            @Nullable BsonTimestamp from,
            @Nullable BsonTimestamp to) implements ListenerEvent {}

    /**
     * A handler, or a partition of one, belongs to another instance by now, which has taken its position over: it is not
     * called here any more.
     *
     * @param handlerId as positions are kept: a partition has an id like {@code stock|3/8}
     * @param failure by which that was known
     */
    record HandlerFenced(String handlerId, Throwable failure) implements ListenerEvent {}

    /**
     * The position of a handler comes near to the end of the oplog, which goes on: if the handler does not, changes will
     * be lost. Told once until it has moved away from there.
     *
     * @param handlerId whose
     * @param position where it stands
     * @param lag how far behind, and how much is left
     */
    record PositionNearlyLost(String handlerId, Position position, Lag lag) implements ListenerEvent {}

    /**
     * Another instance of the application has joined those that share the state database.
     *
     * @param name of the instance; empty if it has none
     * @param host where it runs
     * @param pid its process
     */
    record MemberJoined(String name, String host, long pid) implements ListenerEvent {}

    /** Another instance has ended as it should. */
    record MemberLeft(String name, String host, long pid) implements ListenerEvent {}

    /** Another instance was not heard for a lease, or its process has ended: its handlers go to others. */
    record MemberDied(String name, String host, long pid) implements ListenerEvent {}

    /**
     * A handler, or a partition of one like {@code stock|3/8}, is this instance's from now on.
     *
     * @param term the fencing token, as in {@link dev.onchange.Attempt#term()}
     */
    record HandlerTaken(String handlerId, long term) implements ListenerEvent {}

    /** A handler, or a partition of one, was given to another instance: its position is saved. */
    record HandlerGiven(String handlerId) implements ListenerEvent {}

    /**
     * Somebody has acted on the listeners by a console, or was refused; told on the thread of the request.
     *
     * @param by who: the user whom the door of the console has authenticated; else that it was whoever has the token, or, where an
     *     {@code Access} of the application's has let the request through, somebody without a name
     * @param action what, as {@code pause} or {@code replay}
     * @param handlerId with which handler; null if with none, or several
     * @param how the rest of what was asked for, as which dead letters
     * @param refusal why it was not done; null if it was
     */
    record OperatorActed(
            String by,
            String action,
            @Nullable String handlerId,
            String how,
            @Nullable Throwable refusal) implements ListenerEvent {}

    /** The handlers of a plug-in take part. */
    record PluginAdded(String plugin, List<String> handlerIds) implements ListenerEvent {}

    /** The handlers of a newer version of a plug-in take part, in place of those before. */
    record PluginReplaced(String plugin, List<String> handlerIds) implements ListenerEvent {}

    /** The handlers of a plug-in take part no longer; their positions are kept. */
    record PluginRemoved(String plugin) implements ListenerEvent {}

    /** A plug-in, or a newer version of one that goes on as it is, was refused. */
    record PluginRefused(String plugin, Throwable failure) implements ListenerEvent {}
}
