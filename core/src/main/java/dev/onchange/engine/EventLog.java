package dev.onchange.engine;

import com.mongodb.MongoException;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChangeException;
import dev.onchange.engine.message.Reason;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.ListenerEvent.AttemptFailed;
import dev.onchange.status.ListenerEvent.ChangeDeadLettered;
import dev.onchange.status.ListenerEvent.ChangeSkipped;
import dev.onchange.status.ListenerEvent.DeadLetterNotStored;
import dev.onchange.status.ListenerEvent.HandlerStopped;
import dev.onchange.status.ListenerEvent.PositionsNotSaved;
import dev.onchange.status.ListenerEvent.SnapshotStarted;
import dev.onchange.status.ListenerEvent.StreamFailed;
import dev.onchange.status.ListenerEvent.StreamReopening;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs events as sentences: ends with their stacks at ERROR, what goes on by itself at WARN. Of the failures of one handler
 * a few a second are logged whole; {@code core/docs/operations.md} lists what is logged at which level. A failure that is to be
 * read in the sentence is handed over as text: SLF4J takes a {@code Throwable} that is the last argument for the cause.
 */
final class EventLog {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final Clock clock;
    private final Map<String, LogLimit> attempts = new ConcurrentHashMap<>();
    private final Map<String, LogLimit> letters = new ConcurrentHashMap<>();

    EventLog(Clock clock) {
        this.clock = clock;
    }

    void log(ListenerEvent event) {
        if (event instanceof AttemptFailed failed) {
            attemptFailed(failed);
        } else if (event instanceof ChangeDeadLettered letter) {
            deadLettered(letter);
        } else if (event instanceof ChangeSkipped skipped) {
            LOG.atLevel(Level.WARN)
                    .setCause(skipped.failure())
                    .log(
                            "The handler {} failed at its last attempt, and the change {} is passed over, as it"
                                    + " declares.",
                            skipped.handlerId(),
                            skipped.token());
        } else if (event instanceof HandlerStopped stopped) {
            LOG.error(
                    "The handler {} has stopped, and its position is kept before the change: resume it once the cause"
                            + " is removed.",
                    stopped.handlerId(),
                    stopped.failure());
        } else {
            logOfStreams(event);
        }
    }

    private void attemptFailed(AttemptFailed failed) {
        String left = limit(attempts, failed.handlerId()).take(clock.millis());
        if (left != null) {
            // The stack follows with the last attempt; whoever wants it of each asks for DEBUG.
            LOG.atLevel(Level.WARN)
                    .setCause(LOG.isDebugEnabled() ? failed.failure() : null)
                    .log(
                            "The handler {} failed at the change {}, attempt {}, and tries again in {} ms: {}{}",
                            failed.handlerId(),
                            change(failed.key(), failed.token()),
                            failed.attempt(),
                            failed.delay().toMillis(),
                            failed.failure(),
                            left);
        }
    }

    private void deadLettered(ChangeDeadLettered letter) {
        boolean whole = limit(letters, letter.handlerId()).take(clock.millis()) != null;
        LOG.atLevel(Level.ERROR)
                .setCause(whole ? letter.failure() : null)
                .log(
                        "The handler {} failed at its last attempt at the change {}, which is a dead letter now; later"
                                + " changes of its document wait behind it: {}",
                        letter.handlerId(),
                        change(letter.key(), letter.token()),
                        String.valueOf(letter.failure()));
    }

    private static void logOfStreams(ListenerEvent event) {
        if (event instanceof StreamFailed failed) {
            LOG.error(
                    "The stream {} has ended, and its handlers receive nothing until they are resumed.",
                    failed.stream(),
                    failed.failure());
        } else if (event instanceof StreamReopening again) {
            LOG.atLevel(Level.WARN)
                    .setCause(LOG.isDebugEnabled() ? again.failure() : null)
                    .log(
                            "The stream {} broke off, failure {} in a row, and is opened again in {} ms: {}",
                            again.stream(),
                            again.attempt(),
                            again.delay().toMillis(),
                            reason(again.failure()));
        } else if (event instanceof PositionsNotSaved notSaved) {
            LOG.warn(
                    "Positions could not be saved, attempt {}, and it is tried again: {}",
                    notSaved.attempt(),
                    reason(notSaved.failure()));
        } else if (event instanceof DeadLetterNotStored notStored) {
            LOG.warn(
                    "A dead letter of the handler {} could not be stored, attempt {}, and it is tried again: {}",
                    notStored.handlerId(),
                    notStored.attempt(),
                    reason(notStored.failure()));
        } else if (event instanceof SnapshotStarted started) {
            int collections = started.collections().size();
            LOG.info(
                    "The handler {} is given the documents that exist first, about {} of {}.",
                    started.handlerId(),
                    started.estimated(),
                    collections == 1 ? started.collections().get(0) : collections + " collections");
        } else if (LOG.isEnabledForLevel(level(event))) {
            LOG.atLevel(level(event)).log("{}", EventSentences.of(event));
        }
    }

    /** The server's words without its whole reply; of a store of the user's, what failed too. */
    private static String reason(Throwable failure) {
        return failure instanceof MongoException || failure instanceof OnChangeException
                ? Reason.of(failure)
                : failure.toString();
    }

    private static Level level(ListenerEvent event) {
        if (event instanceof ListenerEvent.StreamOpened
                || event instanceof ListenerEvent.StreamClosed
                || event instanceof ListenerEvent.StreamRefused
                || isOfOwnership(event)) {
            return Level.DEBUG;
        }
        return event instanceof ListenerEvent.SnapshotCompleted
                        || event instanceof ListenerEvent.SnapshotCancelled
                        || event instanceof ListenerEvent.MemberJoined
                        || event instanceof ListenerEvent.MemberLeft
                        || event instanceof ListenerEvent.PluginAdded
                        || event instanceof ListenerEvent.PluginReplaced
                        || event instanceof ListenerEvent.PluginRemoved
                ? Level.INFO
                : Level.WARN;
    }

    /** Hundreds may come or go at a time: what lets them do so logs one entry for all. */
    private static boolean isOfOwnership(ListenerEvent event) {
        return event instanceof ListenerEvent.HandlerTaken
                || event instanceof ListenerEvent.HandlerGiven
                || event instanceof ListenerEvent.HandlerFenced;
    }

    private static LogLimit limit(Map<String, LogLimit> limits, String handlerId) {
        return limits.computeIfAbsent(handlerId, any -> new LogLimit());
    }

    private static String change(@Nullable BsonDocument key, String token) {
        return key == null ? "with token " + token : "of " + key.toJson() + " with token " + token;
    }
}
