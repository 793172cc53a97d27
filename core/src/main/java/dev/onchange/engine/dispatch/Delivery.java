package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.decode.Change;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;

/** One change on its way to one handler. Used by one thread at a time. */
public final class Delivery {

    /** Why a change is given to a handler that had it before. */
    public enum Purpose {
        /** It is to be handled. */
        REPLAY,
        /** It is not to be handled any more. */
        DISCARD
    }

    /** @param result told what becomes of it */
    record Resend(Purpose purpose, Sinks.One<Outcome.Settled> result) {}

    /** Where it stands; guarded by its handler's lock. */
    enum Phase {
        QUEUED,
        RUNNING,
        WAITING,
        DONE
    }

    private final RoutedChange routed;
    private final @Nullable Throwable unanswered;
    private final @Nullable Resend resend;
    private @Nullable ChangeKey key;
    private boolean keyKnown;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile @Nullable Stay stay;
    private boolean admitted;
    private int failures;
    private @Nullable Instant firstAttemptAt;
    private volatile @Nullable Instant begunAt;
    private @Nullable Throwable lastFailure;

    Phase phase = Phase.QUEUED;
    boolean ownsKey;
    boolean listed;

    /** How many its handler had been given when it came. */
    long place;

    /** What it is to go on with. */
    @Nullable
    Outcome resumedWith;

    /** What became of it, once it is done. */
    Outcome.@Nullable Settled settledAs;

    @Nullable
    Disposable retryTimer;

    @Nullable
    Delivery earlier;

    @Nullable
    Delivery later;

    /** @param unanswered why it could not be found out whether the handler matches; null if it does */
    Delivery(RoutedChange routed, @Nullable Throwable unanswered) {
        this(routed, unanswered, null);
    }

    private Delivery(RoutedChange routed, @Nullable Throwable unanswered, @Nullable Resend resend) {
        this.routed = routed;
        this.unanswered = unanswered;
        this.resend = resend;
    }

    /** One that does not come from the stream. */
    static Delivery resent(RoutedChange routed, Resend resend) {
        return new Delivery(routed, null, resend);
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

    /** Why it is here although it does not come from the stream; null if it does. */
    public @Nullable Purpose purpose() {
        return resend == null ? null : resend.purpose();
    }

    /** Why it could not be found out whether the handler wants the change; null if it does. */
    public @Nullable Throwable unanswered() {
        return unanswered;
    }

    /** The handler is at it from now on. Without effect if it was before. */
    public void begun(Instant now) {
        if (begunAt == null) {
            begunAt = now;
        }
    }

    /** Since when the handler has been at it, asked by any thread; null if it has not begun. */
    @Nullable
    Instant begunAt() {
        return begunAt;
    }

    /** Whether it is known that it waits for nothing. */
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

    /** When the first attempt began, as told with the first failure; null before. */
    public @Nullable Instant firstAttemptAt() {
        return firstAttemptAt;
    }

    /** Why the last attempt failed; null if none did. */
    public @Nullable Throwable lastFailure() {
        return lastFailure;
    }

    /**
     * Goes on with an outcome although the handler has not returned: what it says later counts no more, and its thread is lost to
     * it. Without effect if it has returned.
     */
    public void abandon(Outcome outcome) {
        Stay present = stay;
        if (present != null && claim()) {
            present.runner().takeOver(present.lane(), this, outcome);
        }
    }

    /** It is handed to the handler in that lane. */
    void enter(Stay where) {
        stay = where;
        claimed.set(false);
    }

    /** Whether the caller is the one to go on with it: true once for each time it was handed to the handler. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /** The lane that a delivery runs in. */
    record Stay(LaneRunner runner, Lane lane) {}

    /** Notes that an attempt failed. */
    public void failed(Throwable failure, Instant attemptAt) {
        failures++;
        lastFailure = failure;
        if (firstAttemptAt == null) {
            firstAttemptAt = attemptAt;
        }
    }

    /** Whether it concerns no single document. */
    boolean isBarrier() {
        // Does not compute the key, which most deliveries never need.
        return routed.change().raw().documentKey() == null;
    }

    @Nullable
    Position before() {
        return routed.before();
    }

    /** The place in the stream before it. */
    LazyPosition mark() {
        return routed.mark();
    }

    long receivedAt() {
        return routed.receivedAt();
    }

    /** It is done with. Never called while a lock is held. */
    void settled(Outcome.Settled how) {
        if (resend != null) {
            resend.result().tryEmitValue(how);
        }
        routed.release();
    }

    /** It is left unsettled. Never called while a lock is held. */
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
