package dev.onchange.engine;

import dev.onchange.HistoryLost;
import dev.onchange.engine.message.CountedNames;
import dev.onchange.engine.message.Reason;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.ListenerEvent.ChangeOversized;
import dev.onchange.status.ListenerEvent.ChangesMissed;
import dev.onchange.status.ListenerEvent.HandlerHeldUpOthers;
import dev.onchange.status.ListenerEvent.MemberDied;
import dev.onchange.status.ListenerEvent.MemberJoined;
import dev.onchange.status.ListenerEvent.MemberLeft;
import dev.onchange.status.ListenerEvent.PluginAdded;
import dev.onchange.status.ListenerEvent.PluginRefused;
import dev.onchange.status.ListenerEvent.PluginRemoved;
import dev.onchange.status.ListenerEvent.PluginReplaced;
import dev.onchange.status.ListenerEvent.PositionForeign;
import dev.onchange.status.ListenerEvent.PositionNearlyLost;
import dev.onchange.status.ListenerEvent.SnapshotCancelled;
import dev.onchange.status.ListenerEvent.SnapshotCompleted;
import dev.onchange.status.ListenerEvent.SnapshotHindered;
import dev.onchange.status.ListenerEvent.StreamInvalidated;
import dev.onchange.status.ListenerEvent.TokenNotFound;
import java.time.Instant;
import java.util.List;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** What the log says of events that have no failure whose stack would be logged beside them. */
final class EventSentences {

    private EventSentences() {}

    static String of(ListenerEvent event) {
        String said = ofInstances(event);
        said = said == null ? ofPlugins(event) : said;
        said = said == null ? ofSnapshots(event) : said;
        said = said == null ? ofStreams(event) : said;
        said = said == null ? ofPositions(event) : said;
        return said == null ? event.toString() : said;
    }

    private static @Nullable String ofInstances(ListenerEvent event) {
        if (event instanceof MemberJoined joined) {
            return "Another instance has joined: " + instance(joined.name(), joined.host(), joined.pid()) + ".";
        } else if (event instanceof MemberLeft left) {
            return "Another instance has ended: " + instance(left.name(), left.host(), left.pid()) + ".";
        } else if (event instanceof MemberDied died) {
            return "Another instance is gone, and its handlers go to others: "
                    + instance(died.name(), died.host(), died.pid()) + ".";
        }
        return null;
    }

    private static String instance(String name, String host, long pid) {
        return (name.isEmpty() ? "" : name + ", ") + "process " + pid + " on " + host;
    }

    private static @Nullable String ofPlugins(ListenerEvent event) {
        if (event instanceof PluginAdded added) {
            return "The plug-in " + added.plugin() + " was added with " + CountedNames.ofHandlers(added.handlerIds())
                    + ".";
        } else if (event instanceof PluginReplaced replaced) {
            return "The plug-in " + replaced.plugin() + " was replaced by a newer one with "
                    + CountedNames.ofHandlers(replaced.handlerIds()) + ".";
        } else if (event instanceof PluginRemoved removed) {
            return "The plug-in " + removed.plugin() + " was removed; the positions of its handlers are kept.";
        } else if (event instanceof PluginRefused refused) {
            return "The plug-in " + refused.plugin() + " was refused: " + Reason.sentence(refused.failure());
        }
        return null;
    }

    private static @Nullable String ofSnapshots(ListenerEvent event) {
        if (event instanceof SnapshotCompleted completed) {
            return "The handler " + completed.handlerId() + " has settled the documents that existed, "
                    + completed.documents() + " of them, and goes on with the changes.";
        } else if (event instanceof SnapshotCancelled cancelled) {
            return "The handler " + cancelled.handlerId() + " is given no more documents, as was asked, after "
                    + cancelled.documents() + " of them, and goes on with the changes.";
        } else if (event instanceof SnapshotHindered hindered) {
            return "Documents of " + hindered.collection() + " could not be read for the handler "
                    + hindered.handlerId() + ", failure " + hindered.attempt() + " in a row, and it is tried again: "
                    + Reason.sentence(hindered.failure());
        }
        return null;
    }

    private static @Nullable String ofStreams(ListenerEvent event) {
        if (event instanceof StreamInvalidated invalidated) {
            return "What the stream " + invalidated.stream()
                    + " watches was dropped or renamed; it goes on with the next of that name.";
        } else if (event instanceof TokenNotFound found) {
            return "The filter of the stream " + found.stream()
                    + " leaves out the change of its position by now; it goes on from the time of that, and nothing is"
                    + " lost.";
        } else if (event instanceof ChangeOversized oversized) {
            return "A change of " + (oversized.documentKey() == null ? "a document" : oversized.documentKey())
                    + " in the stream " + oversized.stream()
                    + " was too large for the server to send, and is handed on without its documents; its token is "
                    + oversized.token() + ".";
        } else if (event instanceof HandlerHeldUpOthers slow) {
            return "The handler " + slow.handlerId() + " holds up the others of the stream " + slow.stream()
                    + "; they go on, and it is to have a stream of its own until the next start.";
        }
        return null;
    }

    private static @Nullable String ofPositions(ListenerEvent event) {
        if (event instanceof ListenerEvent.HistoryLost lost) {
            return "The oplog no longer holds the changes from " + at(lost.from()) + " to " + at(lost.to()) + " of "
                    + handlers(lost.stream(), lost.handlerIds()) + "; " + follows(lost.answer());
        } else if (event instanceof PositionForeign foreign) {
            return "The position at " + at(foreign.position().clusterTime()) + " of "
                    + handlers(foreign.stream(), foreign.handlerIds()) + " is none of this deployment's; "
                    + follows(foreign.answer());
        } else if (event instanceof ChangesMissed missed) {
            return missed(missed);
        } else if (event instanceof PositionNearlyLost nearly) {
            return "The position of the handler " + nearly.handlerId() + ", at "
                    + at(nearly.position().clusterTime())
                    + ", comes near to the end of the oplog" + left(nearly.lag())
                    + "; if the handler does not go on, changes will be lost.";
        }
        return null;
    }

    private static String missed(ChangesMissed missed) {
        BsonTimestamp from = missed.from();
        BsonTimestamp to = missed.to();
        String which = from != null && to != null
                ? "those from " + at(from) + " to " + at(to)
                : from != null ? "those after " + at(from) : to != null ? "those before " + at(to) : "some";
        return "The handler " + missed.handlerId() + ", whose changes each instance gets, was not given " + which
                + ": what it keeps may be out of date.";
    }

    private static String handlers(String stream, List<String> ids) {
        return "the stream " + stream + (ids.isEmpty() ? "" : ", " + CountedNames.ofHandlers(ids));
    }

    private static String follows(HistoryLost answer) {
        return switch (answer) {
            case STOP -> "it does not go on.";
            case RESTART_NOW -> "it goes on with the changes from now on.";
            case RESTART_EARLIEST -> "it goes on with the oldest change that the oplog holds.";
            case SNAPSHOT -> "it is given the documents that exist, and then their changes.";
        };
    }

    private static String left(Lag lag) {
        return lag.left() == null ? "" : " (" + lag.left().toSeconds() + " s of it are left)";
    }

    private static String at(@Nullable BsonTimestamp time) {
        return time == null
                ? "a time that is not known"
                : Instant.ofEpochSecond(Integer.toUnsignedLong(time.getTime())).toString();
    }
}
