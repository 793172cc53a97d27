package dev.onchange.engine.stream;

import dev.onchange.engine.stream.CursorReply.ServerCursor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;

/**
 * Reads one cursor: takes in its documents, passing over the events that come again, and counts those that are handed
 * on. In between others may look at the events, and hold them back for a while; they keep the order.
 */
final class CursorReader implements CommandObserver, Prefetch.Batches {

    /** Leading so many changes to their handlers takes less time than another thread takes to wake up. */
    private static final int FEW = 8;

    private final CursorPlan cursorPlan;
    private final Progress progress;
    private final Runnable whenOpen;
    private final AtomicBoolean open = new AtomicBoolean();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final @Nullable Fragments fragments;
    private volatile @Nullable Watermark skip;
    private volatile @Nullable RawChange last;
    private volatile @Nullable ServerCursor cursor;
    private volatile @Nullable ServerCursor left;
    private volatile long answers;
    private volatile long announced;
    private volatile int lately = Integer.MAX_VALUE;
    private volatile boolean heard;
    private volatile boolean busy;
    private volatile boolean cancelled;
    private volatile @Nullable Error broken;
    private long documents;

    /** @param whenOpen run once, when the server has opened it, unless it was given up by then */
    CursorReader(CursorPlan cursorPlan, Progress progress, Runnable whenOpen) {
        this.cursorPlan = cursorPlan;
        this.progress = progress;
        this.whenOpen = whenOpen;
        this.fragments = cursorPlan.split() ? new Fragments() : null;
        this.skip = cursorPlan.cursorStart().skip();
        this.last = cursorPlan.oversized();
        if (last != null) {
            progress.count();
        }
        progress.batchTokens().open(this, progress.emitted(), progress.position());
    }

    @Override
    public void started(String command) {
        heard = true;
        busy = true;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // a cursor has one command at a time
    public void replied(CursorReply reply) {
        busy = false;
        cursor = reply.cursor();
        left = cursor;
        answers++;
        lately = reply.documents();
        announced += lately;
        if (cancelled && cursor == null) {
            end();
        }
        if (reply.command().equals("aggregate")) {
            open();
        }
        progress.batchTokens().replied(this, reply.documents(), reply.token());
    }

    @Override
    public void failed(String command) {
        busy = false;
        cursor = null;
        if (cancelled) {
            end();
        }
    }

    @Override
    public void broken(Error error) {
        broken = error;
    }

    /** What went wrong when the driver told of a command; null if nothing did. */
    @Nullable
    Error broken() {
        return broken;
    }

    /** A document of this cursor has come. */
    void receive(RawBsonDocument document, SynchronousSink<RawChange> sink) {
        open();
        RawBsonDocument whole = fragments == null ? document : fragments.whole(document);
        if (whole == null) {
            return;
        }
        RawChange change = progress.change(whole, fragments == null ? 1 : fragments.count());
        Watermark passOver = skip;
        if (passOver == null || passOver.isBefore(change)) {
            skip = null;
            sink.next(change);
        } else {
            // None can be on its way before these: they come first.
            passed(change);
        }
    }

    /** A change of this cursor is to be handed on. */
    void emit(RawChange change, SynchronousSink<RawChange> sink) {
        progress.count();
        sink.next(change);
        passed(change);
    }

    private void passed(RawChange change) {
        last = change;
        documents += change.parts();
        progress.batchTokens().passed(documents, progress.emitted());
    }

    /** The server has opened it. */
    void open() {
        if (!open.get() && !cancelled && open.compareAndSet(false, true)) {
            whenOpen.run();
        }
    }

    /** Whether an answer of the server is due. */
    boolean busy() {
        return busy;
    }

    @Override
    public long announced() {
        return announced;
    }

    @Override
    public boolean few() {
        return lately <= FEW;
    }

    /** How many it has given. */
    long answers() {
        return answers;
    }

    /**
     * Takes note that another cursor takes its place.
     *
     * @return what may still be open on the server, as nobody could close it when the connection broke; null if nothing
     */
    @Nullable
    ServerCursor giveUp() {
        cancelled = true;
        return left;
    }

    CursorPlan cursorPlan() {
        return cursorPlan;
    }

    /** The last change that was handed on or passed over; null if there was none. */
    @Nullable
    RawChange last() {
        return last;
    }

    /** What is still to be passed over; null if nothing is. */
    @Nullable
    Watermark skip() {
        return skip;
    }

    /**
     * Takes note that nobody wants to read on.
     *
     * @return the cursor that the server is busy with, so that the driver cannot close it before the server answers;
     *     null if there is none
     */
    @Nullable
    ServerCursor cancel() {
        cancelled = true;
        if (heard && !busy && cursor == null) {
            end();
        }
        return busy ? cursor : null;
    }

    /** The server has closed the cursor, or will as soon as it looks at it again. */
    void end() {
        closed.tryEmitEmpty();
    }

    /** Completes once the cursor is closed on the server, after it was cancelled or has failed. */
    Mono<Void> closed() {
        return closed.asMono();
    }
}
