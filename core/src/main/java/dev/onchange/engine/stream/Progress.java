package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** How far a stream has come, and so where its next cursor begins. */
final class Progress {

    private final String fingerprint;
    private final NameCache names = new NameCache();
    private final BatchTokens marks = new BatchTokens();
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

    BatchTokens marks() {
        return marks;
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
        BsonDocument token = marks.reached(received);
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
    CursorStart after(CursorReader reading) {
        RawChange last = reading.last();
        Watermark skip = reading.skip();
        BsonDocument token = last == null ? null : last.token();
        BsonDocument mark = newerMark(token);
        if (mark != null) {
            return CursorStart.startAfter(mark);
        }
        return token == null
                ? reading.course().opening()
                : CursorStart.startAfter(token).skipping(skip);
    }

    /** Takes note of how far a cursor has brought the stream, now that it has ended. */
    void end(CursorReader reading) {
        RawChange last = reading.last();
        BsonDocument mark = newerMark(last == null ? null : last.token());
        if (mark != null) {
            position = ResumeTokens.position(mark, fingerprint);
        } else if (last != null && reading.skip() == null) {
            position = last.position();
        }
    }

    private @Nullable BsonDocument newerMark(@Nullable BsonDocument token) {
        BsonDocument mark = marks.newest();
        Position before = position;
        boolean newer = mark != null
                && (before == null || Watermark.of(before).isBefore(mark))
                && (token == null || ResumeTokens.isAfter(mark, token));
        return newer ? mark : null;
    }
}
