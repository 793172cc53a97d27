package dev.onchange.engine.decode;

import dev.onchange.PayloadException;
import dev.onchange.engine.message.FailureDescription;
import java.nio.charset.StandardCharsets;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** The documents of one change decoded to one type: each at most once, when it is asked for. */
final class Documents<T> {

    private static final byte[] BEFORE = "fullDocumentBeforeChange".getBytes(StandardCharsets.US_ASCII);

    private final DecodedChange change;
    private final Decoding<T> decoding;
    private volatile @Nullable Decoded<T> after;
    private volatile @Nullable Decoded<T> before;
    private volatile @Nullable Decoded<T> whole;

    Documents(DecodedChange change, Decoding<T> decoding) {
        this.change = change;
        this.decoding = decoding;
    }

    Decoding<T> decoding() {
        return decoding;
    }

    @Nullable
    T fullDocument() {
        Decoded<T> known = after;
        if (known == null) {
            synchronized (this) {
                known = after == null ? decode(change.raw().fullDocument()) : after;
                after = known;
            }
        }
        return known.get("fullDocument");
    }

    @Nullable
    T fullDocumentBeforeChange() {
        Decoded<T> known = before;
        if (known == null) {
            synchronized (this) {
                known = before == null ? decode(change.fields().document(BEFORE)) : before;
                before = known;
            }
        }
        return known.get("fullDocumentBeforeChange");
    }

    @Nullable
    T wholeEvent() {
        Decoded<T> known = whole;
        if (known == null) {
            synchronized (this) {
                known = whole == null ? decode(change.raw().document()) : whole;
                whole = known;
            }
        }
        return known.get("event");
    }

    private Decoded<T> decode(@Nullable RawBsonDocument document) {
        try {
            return new Decoded<>(this, document == null ? null : decoding.decode(document), null);
        } catch (RuntimeException e) {
            return new Decoded<>(this, null, e);
        }
    }

    private record Decoded<T>(
            Documents<T> documents,
            @Nullable T value,
            @Nullable RuntimeException failure) {

        @Nullable
        T get(String field) {
            if (failure != null) {
                String message = "The " + field + " of " + documents.change + " could not be decoded to "
                        + documents.decoding + ": " + withRoot(failure);
                throw new PayloadException(message, failure);
            }
            return value;
        }
    }

    /** A codec may say only what it was at, as that a constructor has failed. */
    private static String withRoot(RuntimeException failure) {
        String said = String.valueOf(failure.getMessage());
        Throwable root = Probe.root(FailureDescription.tellable(failure));
        return said.contains(String.valueOf(root.getMessage())) ? said : said + " (" + root + ")";
    }
}
