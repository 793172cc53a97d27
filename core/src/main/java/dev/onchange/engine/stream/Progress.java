package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** How far a stream has come, and so where its next cursor begins. */
final class Progress {

    private final String fingerprint;
    private final NameCache names = new NameCache();
    private final BatchTokens batchTokens = new BatchTokens();
    private volatile @Nullable Position position;
    private volatile long emitted;

    /** @param position after which the stream begins; null if at the oldest change */
    Progress(String fingerprint, @Nullable Position position) {
        this.fingerprint = fingerprint;
        this.position = position;
    }

    /** @param parts in how many documents it came */
    RawChange change(RawBsonDocument document, int parts) {
        return new RawChange(document, fingerprint, names, false, parts);
    }

    BatchTokens batchTokens() {
        return batchTokens;
    }

    /** One more change is handed on. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // changes come one after the other
    void count() {
        emitted++;
    }

    /** How many changes have been handed on since the beginning. */
    long emitted() {
        return emitted;
    }

    /** Up to where everything is among the first so many changes; null if nothing newer than them is known. */
    @Nullable
    Position reached(long received) {
        BsonDocument token = batchTokens.reached(received);
        return token == null ? null : ResumeTokens.position(token, fingerprint);
    }

    /** Everything up to it has been handed on; null if that is nothing. */
    @Nullable
    Position position() {
        return position;
    }

    /** Begins anew from a later position. */
    void restart(Position later) {
        position = later;
    }

    /** Where the cursor that follows is to begin; the same opening again if the last one brought nothing. */
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

    /** Takes note of how far a cursor has brought the stream, now that it has ended. */
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
