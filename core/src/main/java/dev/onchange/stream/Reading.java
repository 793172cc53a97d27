package dev.onchange.stream;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.SynchronousSink;

/** Reads one cursor: counts its events, passes over those that come again, hands on the others. */
final class Reading implements Consumer<Reply>, BiConsumer<RawBsonDocument, SynchronousSink<RawChange>> {

    private final ReopeningStream stream;
    private final Marks marks;
    private final Names names;
    private final String fingerprint;
    private final AtomicBoolean open = new AtomicBoolean();
    private volatile @Nullable Watermark skip;
    private long documents;
    private volatile long emitted;
    private volatile @Nullable RawChange last;

    Reading(ReopeningStream stream, Opening opening, long emitted) {
        this.stream = stream;
        this.marks = stream.marks();
        this.names = stream.names();
        this.fingerprint = stream.plan().fingerprint();
        this.skip = opening.skip();
        this.emitted = emitted;
    }

    /** A reply to a command of this cursor. */
    @Override
    public void accept(Reply reply) {
        if (reply.command().equals("aggregate")) {
            open();
        }
        marks.replied(this, reply.documents(), reply.token());
    }

    /** An event of this cursor. */
    @Override
    public void accept(RawBsonDocument document, SynchronousSink<RawChange> sink) {
        open();
        documents++;
        RawChange change = new RawChange(document, fingerprint, names, false);
        Watermark passOver = skip;
        if (passOver == null || passOver.isBefore(change)) {
            skip = null;
            emitted++;
            sink.next(change);
        }
        last = change;
        marks.passed(documents, emitted);
    }

    /** The server has opened it. */
    void open() {
        if (!open.get() && open.compareAndSet(false, true)) {
            stream.opened(this);
        }
    }

    /** How many changes have been handed on, by this and the cursors before. */
    long emitted() {
        return emitted;
    }

    /** What is still to be passed over; null if nothing is. */
    @Nullable
    Watermark skip() {
        return skip;
    }

    /** The last change that was handed on or passed over; null if there was none. */
    @Nullable
    RawChange last() {
        return last;
    }
}
