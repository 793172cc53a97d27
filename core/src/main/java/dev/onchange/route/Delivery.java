package dev.onchange.route;

import dev.onchange.checkpoint.Position;
import dev.onchange.decode.Change;
import dev.onchange.stream.ChangeKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** One change on its way to one handler. Used by one thread at a time. */
public final class Delivery {

    /** Where it stands; guarded by its handler's lock. */
    enum Phase {
        QUEUED,
        RUNNING,
        WAITING,
        DONE
    }

    private final RoutedChange routed;
    private final @Nullable Throwable unanswered;
    private @Nullable ChangeKey key;
    private boolean keyKnown;
    private int failures;
    private @Nullable Instant firstAttemptAt;
    private @Nullable Throwable lastFailure;

    Phase phase = Phase.QUEUED;
    boolean ownsKey;
    boolean listed;

    @Nullable
    Outcome resumedWith;

    @Nullable
    Disposable wait;

    @Nullable
    Delivery earlier;

    @Nullable
    Delivery later;

    /** @param unanswered why it could not be found out whether the handler matches; null if it does */
    Delivery(RoutedChange routed, @Nullable Throwable unanswered) {
        this.routed = routed;
        this.unanswered = unanswered;
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

    /** Why it could not be found out whether the handler wants the change; null if it does. */
    public @Nullable Throwable unanswered() {
        return unanswered;
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
        return key() == null;
    }

    @Nullable
    Position before() {
        return routed.before();
    }

    long receivedAt() {
        return routed.receivedAt();
    }

    void release() {
        routed.release();
    }
}
