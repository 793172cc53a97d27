package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** The position and the number of changes up to which a stream has emitted, and so where its next cursor begins. */
final class Progress {

    private final String fingerprint;
    private final RawChange.Origin origin;
    private final NameCache names = new NameCache();
    private final BatchTokens batchTokens = new BatchTokens();
    private volatile @Nullable Position position;
    private volatile long emitted;

    /** @param position after which the stream begins; null if at the oldest change */
    Progress(String fingerprint, @Nullable Position position) {
        this.fingerprint = fingerprint;
        this.origin = RawChange.Origin.of(fingerprint);
        this.position = position;
    }

    /** @param parts in how many documents it came */
    RawChange change(byte[] event, int parts) {
        return new RawChange(event, 0, origin.inParts(parts), names);
    }

    BatchTokens batchTokens() {
        return batchTokens;
    }

    /** Counts emitted changes. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // changes come one after the other
    void count(int changes) {
        emitted += changes;
    }

    /** How many changes have been emitted since the beginning. */
    long emitted() {
        return emitted;
    }

    /** The newest position up to which all changes are among the first so many; null if none after them is known. */
    @Nullable
    Position reached(long received) {
        BsonDocument token = batchTokens.reached(received);
        return token == null ? null : ResumeTokens.position(token, fingerprint);
    }

    /** All changes up to it have been emitted; null if the stream begins at the oldest change and none has been. */
    @Nullable
    Position position() {
        return position;
    }

    /** Begins anew from a later position. */
    void restart(Position later) {
        position = later;
    }

    /** Where the next cursor is to begin; the same start again if the last cursor emitted nothing. */
    CursorStart after(CursorReader reader) {
        RawChange last = reader.last();
        Watermark skip = reader.skip();
        BsonDocument token = last == null ? null : last.token();
        BsonDocument mark = newerMark(token);
        if (mark != null) {
            return CursorStart.startAfter(mark);
        }
        return token == null
                ? reader.cursorPlan().cursorStart()
                : CursorStart.startAfter(token).skipping(skip);
    }

    /** Takes over the position that a cursor has reached, now that it has ended. */
    void end(CursorReader reader) {
        RawChange last = reader.last();
        BsonDocument mark = newerMark(last == null ? null : last.token());
        if (mark != null) {
            position = ResumeTokens.position(mark, fingerprint);
        } else if (last != null && reader.skip() == null) {
            position = last.position();
        }
    }

    private @Nullable BsonDocument newerMark(@Nullable BsonDocument token) {
        BsonDocument mark = batchTokens.newest();
        Position before = position;
        boolean newer = mark != null
                && (before == null || Watermark.of(before).isBefore(mark))
                && (token == null || ResumeTokens.isAfter(mark, token));
        return newer ? mark : null;
    }
}
