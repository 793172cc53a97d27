package dev.onchange.engine.dispatch;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.dispatch.Delivery.Purpose;
import dev.onchange.engine.match.Equality;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.match.PathValues;
import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.snapshot.DocumentFilter;
import dev.onchange.engine.snapshot.SnapshotEvents;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.stream.Watermark;
import dev.onchange.status.HandlerState;
import dev.onchange.status.HandlerState.Phase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** One handler of a stream: which changes it wants, from which position on, and the lanes that take them. */
final class HandlerRoute {

    private final HandlerBinding handler;
    private final HandlerLanes lanes;
    private final long joinedAt;
    private final long inScopeBefore;
    private final @Nullable Match match;
    private final boolean seesLookedUp;
    private final List<Equality> equalities;
    private long lastTested;
    private volatile @Nullable Position first;
    private @Nullable Watermark start;
    private boolean pastStart;
    private @Nullable SettledAhead ahead;
    private volatile boolean left;
    private volatile @Nullable HandlerSnapshot snapshot;

    /** How far the stream had come when history was lost and the handler began anew; null if it did not. */
    private volatile @Nullable Position restartedAt;

    /** How far the stream had come when the handler was stopped; null if it was not. */
    private volatile @Nullable Position stoppedAt;

    /**
     * @param joinedAt how many changes the stream had brought before the handler joined it
     * @param inScopeBefore how many of these were of the handler's scope and operations
     */
    HandlerRoute(HandlerBinding handler, HandlerLanes lanes, long joinedAt, long inScopeBefore) {
        this.inScopeBefore = inScopeBefore;
        this.handler = handler;
        this.lanes = lanes;
        this.joinedAt = joinedAt;
        begin(handler.start());
        this.snapshot = handler.snapshot();
        this.ahead = handler.ahead();
        this.match = handler.planned().match();
        this.seesLookedUp = handler.planned().spec().documents().fullDocument() != FullDocument.DEFAULT;
        this.equalities = match == null ? List.of() : match.equalities();
    }

    private void begin(@Nullable Position position) {
        first = position;
        start = position == null ? null : Watermark.of(position);
        pastStart = position == null;
    }

    /** Gives the handler a change that it wants, in the order of the stream, until its lanes are started. */
    void offer(Delivery delivery) {
        HandlerSnapshot documents = snapshot;
        if (documents == null) {
            lanes.offer(delivery);
        } else {
            documents.offer(delivery, lanes);
        }
    }

    /** Lets the lanes work off what they were given; while no lock is held. */
    void startLanes() {
        HandlerSnapshot documents = snapshot;
        if (documents != null) {
            documents.releaseDiscarded();
        }
        lanes.start();
    }

    /** A change that the handler had before, with the answer that its filter gives now where that is to be tested. */
    Delivery resent(RoutedChange change, Delivery.Resend resend) {
        if (resend.purpose() != Purpose.TEST) {
            return Delivery.resent(change, null, resend);
        }
        try {
            boolean wanted = match == null || match.matches(seen(change.change().raw()));
            return Delivery.resent(
                    change, null, new Delivery.Resend(wanted ? Purpose.REPLAY : Purpose.DISCARD, resend.result()));
        } catch (RuntimeException failure) {
            return Delivery.resent(change, failure, new Delivery.Resend(Purpose.REPLAY, resend.result()));
        }
    }

    /** A document if the handler's filter matches it, or fails on it; else null. */
    CollectionSnapshot.@Nullable Wanted ifWanted(SnapshotDocument document) {
        if (!handler.planned().takes(SnapshotEvents.OPERATION) || isDivided() && !takes(document.keyHash())) {
            return null;
        }
        try {
            HandlerSnapshot documents = snapshot;
            boolean wanted = (match == null || match.matches(document.raw().document()))
                    && (documents == null || documents.includes(document));
            return wanted ? new CollectionSnapshot.Wanted(document, null) : null;
        } catch (RuntimeException failure) {
            return new CollectionSnapshot.Wanted(document, failure);
        }
    }

    /** What holds for all documents that the handler wants; null if it may want any. */
    @Nullable
    BsonDocument documentFilter() {
        HandlerSnapshot documents = snapshot;
        return DocumentFilter.all(Stream.of(
                        match == null ? null : DocumentFilter.of(match.streamFilter()),
                        documents == null ? null : documents.documentFilter())
                .filter(Objects::nonNull)
                .toList());
    }

    /** The documents that the handler is given before their changes; null if none. */
    @Nullable
    HandlerSnapshot snapshot() {
        return snapshot;
    }

    /** Changes up to it are not the handler's; null if all are. */
    @Nullable
    Position start() {
        return first;
    }

    /** The handler begins anew at a position; what it was given before stays its own. Called in the order of the stream. */
    void restart(Position at, @Nullable Position streamBefore) {
        restartedAt = streamBefore;
        begin(at);
    }

    /** The handler is given other documents from now on. */
    synchronized void exchangeSnapshot(HandlerSnapshot next) {
        snapshot = next;
    }

    /** All changes that come from now on are the handler's; without effect if it is given other documents by now. */
    synchronized void endSnapshot(HandlerSnapshot ended) {
        if (snapshot == ended) {
            snapshot = null;
        }
    }

    /** The handler receives no more changes. */
    void stop(@Nullable Position streamBefore) {
        stoppedAt = streamBefore;
        left = true;
    }

    /** The id of the handler, or of its partition. */
    String id() {
        return handler.id();
    }

    /** Whether the handler is divided. */
    boolean isDivided() {
        return handler.partition().count() > 1;
    }

    /** Whether a change belongs to the handler's partition. */
    boolean takes(long keyHash) {
        return handler.partition().takes(keyHash);
    }

    HandlerSpec spec() {
        return handler.planned().spec();
    }

    PlannedHandler planned() {
        return handler.planned();
    }

    @Nullable
    Match match() {
        return match;
    }

    /** Whether the filter might match the change, whatever the values of the fields are that it came without. */
    boolean mayMatch(RawChange oversized) {
        Match weaker = match;
        if (weaker != null) {
            for (String field : weaker.fields()) {
                weaker = RawChange.OVERSIZED_FIELDS.contains(field) ? weaker : weaker.without(field);
            }
        }
        return weaker == null
                || !weaker.inProcess()
                || weaker.reads("fullDocument")
                || weaker.matches(oversized.document());
    }

    /**
     * Conditions of which each must hold for the filter to match. Where one does not, the filter cannot fail either: in a filter
     * that is tested here, nothing that may fail stands before a condition.
     */
    List<Equality> equalities() {
        return equalities;
    }

    /** What an event has at single paths if the filter matches it; nothing if the filter has to be tested anyway. */
    Map<String, PathValues> implied() {
        // Within an expression what fails may stand first, and the handler must be told of an event on which its filter
        // fails.
        return match == null || match.canFail() ? Map.of() : match.implied();
    }

    /** The event as the handler and its filter see it: without the looked-up document, if the handler wants none. */
    RawBsonDocument seen(RawChange raw) {
        return seesLookedUp ? raw.document() : raw.beforeLookUp();
    }

    /** Whether the filter was tested for the change of that number. */
    boolean isTestedFor(long changeNumber) {
        return lastTested == changeNumber;
    }

    void testedFor(long changeNumber) {
        lastTested = changeNumber;
    }

    HandlerLanes lanes() {
        return lanes;
    }

    /** The handler takes part no longer. */
    void leave() {
        left = true;
    }

    boolean takesPart() {
        return !left;
    }

    /** Whether the handler has still to see the change. Called in the order of the stream. */
    boolean wants(RawChange raw) {
        if (!pastStart && start != null && start.isBefore(raw)) {
            pastStart = true;
        }
        return pastStart && !isSettled(raw);
    }

    private boolean isSettled(RawChange raw) {
        SettledAhead known = ahead;
        if (known == null) {
            return false;
        }
        if (known.isBefore(raw)) {
            ahead = null;
            return false;
        }
        return known.settles(raw);
    }

    /** What the handler has settled beyond its position, once its lanes are closed; null if nothing is known. */
    @Nullable
    SettledAhead settledAhead(@Nullable Position streamPosition) {
        Position position = position(streamPosition);
        // A handler that began anew has not seen the changes in between.
        return position == null || restartedAt != null ? null : lanes.settledAhead(position, handler.ahead());
    }

    /** How far the handler has come if the stream had come as far as {@code streamPosition} before this call. */
    @Nullable
    Position position(@Nullable Position streamPosition) {
        Position beginning = first;
        Position until = stoppedAt;
        Position idle = until == null ? streamPosition : until;
        if (beginning != null && (idle == null || beginning.isAfter(idle))) {
            idle = beginning;
        }
        Position own = lanes.position(idle);
        if (own == null || beginning == null || !beginning.isAfter(own)) {
            return own == null ? beginning : own;
        }
        // The handler has still to settle changes that it was given before it began anew.
        Position restarted = restartedAt;
        return restarted != null && !own.isAfter(restarted) ? own : beginning;
    }

    /**
     * @param received how many changes the stream has brought
     * @param inScope how many of these are of the handler's scope and operations
     */
    HandlerState state(long received, long inScope, Clock clock) {
        Throwable failure = lanes.failure();
        Long oldest = lanes.oldestReceivedAt();
        return new HandlerState(
                failure != null ? Phase.FAILED : left ? Phase.PAUSED : Phase.RUNNING,
                failure != null ? failure : lanes.trouble(),
                lanes.lastFailure(),
                lanes.counts(received - joinedAt, inScope - inScopeBefore),
                lanes.inFlight(),
                oldest == null ? null : Duration.ofMillis(Math.max(0, clock.millis() - oldest)));
    }
}
