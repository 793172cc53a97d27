package dev.onchange.engine.stream;

import dev.onchange.engine.stream.CursorReply.ServerCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;

/**
 * Reads one cursor: receives its documents, skips the events that were read before, and counts the changes that are
 * emitted. Between receiving and emitting a {@link ChangeEnricher} may hold changes back; it keeps their order.
 */
final class CursorReader implements CommandObserver {

    private final CursorPlan cursorPlan;
    private final Progress progress;
    private final Runnable onOpen;
    private final AtomicBoolean open = new AtomicBoolean();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final @Nullable Fragments fragments;
    private volatile @Nullable Watermark skip;
    private volatile @Nullable RawChange last;
    private volatile @Nullable ServerCursor cursor;
    private volatile @Nullable ServerCursor leftOpen;
    private volatile long answers;
    private volatile boolean observed;
    private volatile boolean awaitsReply;
    private volatile boolean cancelled;
    private volatile @Nullable Error observerError;
    private volatile @Nullable ReplyEvents copied;
    private long documents;

    /** @param onOpen run once, when the server has opened the cursor, unless it was abandoned by then */
    CursorReader(CursorPlan cursorPlan, Progress progress, Runnable onOpen) {
        this.cursorPlan = cursorPlan;
        this.progress = progress;
        this.onOpen = onOpen;
        this.fragments = cursorPlan.split() ? new Fragments() : null;
        this.skip = cursorPlan.cursorStart().skip();
        this.last = cursorPlan.oversized();
        if (last != null) {
            progress.count(1);
        }
        progress.batchTokens().open(this, progress.emitted(), progress.position());
    }

    @Override
    public void started(String command) {
        observed = true;
        awaitsReply = true;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // a cursor has one command at a time
    public void replied(CursorReply reply) {
        awaitsReply = false;
        cursor = reply.cursor();
        leftOpen = cursor;
        answers++;
        if (cancelled && cursor == null) {
            end();
        }
        if (reply.command().equals("aggregate")) {
            open();
        }
        progress.batchTokens().replied(this, reply.documents(), reply.token());
        copied = reply.events();
    }

    @Override
    public void failed(String command) {
        awaitsReply = false;
        cursor = null;
        if (cancelled) {
            end();
        }
    }

    @Override
    public void broken(Error error) {
        observerError = error;
    }

    /** What this observer threw when the driver told it of a command; null if nothing. */
    @Nullable
    Error observerError() {
        return observerError;
    }

    /** The events of the reply of which it was told last, once; null if it was told of none. */
    @Nullable
    ReplyEvents takeCopied() {
        ReplyEvents events = copied;
        copied = null;
        return events;
    }

    /** Takes documents of this cursor, and passes the changes that they complete to the sink, unless read before. */
    void receive(EventBatch batch, SynchronousSink<List<RawChange>> sink) {
        open();
        List<RawChange> changes = new ArrayList<>(batch.size());
        Throwable failure = null;
        try {
            for (byte[] document : batch.events()) {
                receive(document, changes);
            }
        } catch (RuntimeException | Error thrown) {
            failure = thrown;
        }
        if (!changes.isEmpty()) {
            sink.next(changes);
        }
        if (failure != null) {
            sink.error(failure);
        }
    }

    private void receive(byte[] document, List<RawChange> changes) {
        byte[] event = fragments == null ? document : fragments.whole(document);
        if (event == null) {
            return;
        }
        RawChange change = progress.change(event, fragments == null ? 1 : fragments.count());
        Watermark skipped = skip;
        if (skipped == null || skipped.isBefore(change)) {
            skip = null;
            changes.add(change);
        } else {
            // No change can be held back before these: they come first.
            last = change;
            documents += change.parts();
            progress.batchTokens().passed(documents, progress.emitted());
        }
    }

    /** Counts changes of this cursor and passes them to the sink. */
    void emit(List<RawChange> changes, SynchronousSink<List<RawChange>> sink) {
        progress.count(changes.size());
        sink.next(changes);
        for (RawChange change : changes) {
            documents += change.parts();
        }
        last = changes.get(changes.size() - 1);
        progress.batchTokens().passed(documents, progress.emitted());
    }

    /** Takes note that the server has opened the cursor. */
    void open() {
        if (!open.get() && !cancelled && open.compareAndSet(false, true)) {
            onOpen.run();
        }
    }

    /** Whether the server has yet to answer a command. */
    boolean awaitsReply() {
        return awaitsReply;
    }

    /** How many commands the server has answered. */
    long answers() {
        return answers;
    }

    /**
     * Takes note that another cursor takes its place.
     *
     * @return the cursor that may still be open on the server, as it could not be closed when the connection broke;
     *     null if none
     */
    @Nullable
    ServerCursor abandon() {
        cancelled = true;
        return leftOpen;
    }

    CursorPlan cursorPlan() {
        return cursorPlan;
    }

    /** The last change that was emitted or skipped; null if there was none. */
    @Nullable
    RawChange last() {
        return last;
    }

    /** Up to where changes are still to be skipped; null if none are. */
    @Nullable
    Watermark skip() {
        return skip;
    }

    /**
     * Takes note that the subscriber has cancelled.
     *
     * @return the cursor that the server is busy with, so that the driver cannot close it before the server answers;
     *     null if there is none
     */
    @Nullable
    ServerCursor cancel() {
        cancelled = true;
        if (observed && !awaitsReply && cursor == null) {
            end();
        }
        return awaitsReply ? cursor : null;
    }

    /** Takes note that the server has closed the cursor, or will as soon as it comes back to it. */
    void end() {
        closed.tryEmitEmpty();
    }

    /** Completes once the cursor is closed on the server, after it was cancelled or has failed. */
    Mono<Void> closed() {
        return closed.asMono();
    }
}
