package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.decode.Change;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;

/** One change for one handler, from its lane to its outcome. Used by one thread at a time. */
public final class Delivery {

    /** Why a change is given to a handler that had it before. */
    public enum Purpose {
        /** The handler is to handle it. */
        REPLAY,
        /** The handler is to handle it if its filter, which had failed on it, matches it by now; else its dead letter is removed. */
        TEST,
        /** Its dead letter is to be removed; the handler is not called. */
        DISCARD
    }

    /** @param result receives how it is settled */
    record Resend(Purpose purpose, Sinks.One<Outcome.Settled> result) {}

    /** Guarded by the lock of the handler's {@link DeliveryQueue}. */
    enum Phase {
        QUEUED,
        RUNNING,
        WAITING,
        DONE
    }

    private static final AtomicIntegerFieldUpdater<Delivery> CLAIMED =
            AtomicIntegerFieldUpdater.newUpdater(Delivery.class, "claimed");

    private final RoutedChange routed;
    private final @Nullable Throwable filterFailure;
    private final @Nullable Resend resend;
    private @Nullable Runnable whenSettled;
    private @Nullable ChangeKey key;
    private boolean keyKnown;

    @SuppressWarnings("unused") // through CLAIMED
    private volatile int claimed;

    private volatile @Nullable Slot slot;
    private boolean admitted;
    private int failures;
    private @Nullable Instant firstAttemptAt;
    private volatile @Nullable Instant begunAt;
    private @Nullable Throwable lastFailure;

    Phase phase = Phase.QUEUED;
    boolean ownsKey;

    /** The newest delivery that has taken its place in a lane; null if none has. */
    @Nullable
    Delivery successor;

    /** Why it is handed over apart from the deliveries after it; null if it is not. */
    @Nullable
    BatchPart part;

    /** Whether it waits until it is known whether it is the handler's. */
    boolean held;

    boolean listed;

    /** Its number among the deliveries of its handler. */
    long number;

    /** The outcome that it is resumed with; null if it is to be handed to the handler. */
    @Nullable
    Outcome resumedWith;

    /** How it was settled; null until then. */
    Outcome.@Nullable Settled settledAs;

    @Nullable
    Disposable retryTimer;

    @Nullable
    Delivery earlier;

    @Nullable
    Delivery later;

    /** @param filterFailure why the filter gave no answer to the change; null if it matches */
    Delivery(RoutedChange routed, @Nullable Throwable filterFailure) {
        this(routed, filterFailure, null);
    }

    private Delivery(RoutedChange routed, @Nullable Throwable filterFailure, @Nullable Resend resend) {
        this.routed = routed;
        this.filterFailure = filterFailure;
        this.resend = resend;
    }

    /**
     * A document of a snapshot.
     *
     * @param whenSettled run when it is settled, while no lock is held
     */
    static Delivery document(RoutedChange routed, @Nullable Throwable filterFailure, Runnable whenSettled) {
        Delivery delivery = new Delivery(routed, filterFailure, null);
        delivery.whenSettled = whenSettled;
        return delivery;
    }

    /** Whether it is a document of a snapshot. */
    boolean isDocument() {
        return whenSettled != null;
    }

    /** Whether it was brought by the stream. */
    boolean isOfStream() {
        return resend == null && whenSettled == null;
    }

    /** A delivery that does not come from the stream. */
    static Delivery resent(RoutedChange routed, @Nullable Throwable filterFailure, Resend resend) {
        return new Delivery(routed, filterFailure, resend);
    }

    /** The change. */
    public Change change() {
        return routed.change();
    }

    /** The {@code _data} of its resume token. */
    public String token() {
        return routed.change().raw().token().getString("_data").getValue();
    }

    /** The document it concerns; null if none. */
    public @Nullable ChangeKey key() {
        if (!keyKnown) {
            key = routed.change().raw().key();
            keyKnown = true;
        }
        return key;
    }

    /** Why it was sent again, once its filter has been tested; null if it comes from the stream. */
    public @Nullable Purpose purpose() {
        return resend == null ? null : resend.purpose();
    }

    /**
     * Why the filter gave no answer to the change: it failed, or the change came without its documents; null if it matches.
     */
    public @Nullable Throwable filterFailure() {
        return filterFailure;
    }

    /** The handler begins with it. Without effect if it had begun before. */
    public void begun(Instant now) {
        if (begunAt == null) {
            begunAt = now;
        }
    }

    /** When the handler began with it, for any thread; null if it has not. */
    @Nullable
    Instant begunAt() {
        return begunAt;
    }

    /** Whether it is known that it need not be parked behind a dead letter. */
    public boolean isAdmitted() {
        return admitted;
    }

    void admit() {
        admitted = true;
    }

    /** How many attempts have failed. */
    public int failures() {
        return failures;
    }

    /** When the first attempt began; null before the first failure. */
    public @Nullable Instant firstAttemptAt() {
        return firstAttemptAt;
    }

    /** Why the last attempt failed; null if none did. */
    public @Nullable Throwable lastFailure() {
        return lastFailure;
    }

    /**
     * Goes on with an outcome although the handler has not returned: what the handler returns later is ignored, and
     * another thread takes over its lane. To be called by the one who has {@linkplain #claim claimed} it.
     */
    public void abandon(Outcome outcome) {
        Slot present = slot;
        if (present != null) {
            present.runner().takeOver(present.lane(), this, outcome);
        }
    }

    /** It is about to be handed to the handler in that lane. */
    void enter(Slot lane) {
        slot = lane;
        claimed = 0;
    }

    /** Claims the right to go on with it: true for one caller each time it was handed to the handler. */
    public boolean claim() {
        return CLAIMED.compareAndSet(this, 0, 1);
    }

    /** The lane that a delivery runs in. */
    record Slot(LaneRunner runner, Lane lane) {}

    /** Notes that an attempt failed. */
    public void failed(Throwable failure, Instant attemptAt) {
        failures++;
        lastFailure = failure;
        if (firstAttemptAt == null) {
            firstAttemptAt = attemptAt;
        }
    }

    /** What stands in its place. */
    Delivery latest() {
        Delivery newest = successor;
        return newest == null ? this : newest;
    }

    /** Whether its change concerns no single document, and so is ordered with all changes. */
    boolean isBarrier() {
        // Makes no key, which most deliveries never need.
        return !routed.change().raw().hasDocumentKey();
    }

    @Nullable
    Position positionBefore() {
        return routed.before().position();
    }

    /** The position before its change. */
    LazyPosition before() {
        return routed.before();
    }

    long receivedAt() {
        return routed.receivedAt();
    }

    /** Never called while a lock is held. */
    void settled(Outcome.Settled how) {
        if (resend != null) {
            resend.result().tryEmitValue(how);
        }
        routed.release();
        if (whenSettled != null) {
            whenSettled.run();
        }
    }

    /** It stays unsettled. Never called while a lock is held. */
    void dropped() {
        if (retryTimer != null) {
            retryTimer.dispose();
        }
        if (resend != null) {
            resend.result().tryEmitError(new CancellationException("the handler takes no deliveries any more"));
        }
        routed.release();
    }
}
