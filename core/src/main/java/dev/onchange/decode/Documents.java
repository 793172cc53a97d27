package dev.onchange.decode;

import dev.onchange.PayloadException;
import java.nio.charset.StandardCharsets;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** The documents of one change decoded to one type: each at most once, when it is asked for. */
final class Documents<T> {

    private final DecodedChange change;
    private final Decoding<T> decoding;
    private final Once after = new Once("fullDocument");
    private final Once before = new Once("fullDocumentBeforeChange");
    private final Once whole = new Once("");

    Documents(DecodedChange change, Decoding<T> decoding) {
        this.change = change;
        this.decoding = decoding;
    }

    Decoding<T> decoding() {
        return decoding;
    }

    @Nullable
    T fullDocument() {
        return after.get();
    }

    @Nullable
    T fullDocumentBeforeChange() {
        return before.get();
    }

    @Nullable
    T wholeEvent() {
        return whole.get();
    }

    private final class Once {

        private final String field;
        private final byte[] name;
        private volatile boolean done;
        private @Nullable T value;
        private @Nullable RuntimeException failure;

        Once(String field) {
            this.field = field;
            this.name = field.getBytes(StandardCharsets.US_ASCII);
        }

        @Nullable
        T get() {
            if (!done) {
                decode();
            }
            if (failure != null) {
                throw new PayloadException(message(failure), failure);
            }
            return value;
        }

        private synchronized void decode() {
            if (done) {
                return;
            }
            try {
                RawBsonDocument document = field.isEmpty()
                        ? change.raw().document()
                        : change.fields().document(name);
                value = document == null ? null : decoding.decode(document);
            } catch (RuntimeException e) {
                failure = e;
            }
            done = true;
        }

        private String message(RuntimeException failure) {
            return "The " + (field.isEmpty() ? "event" : field) + " of " + change + " could not be decoded to "
                    + decoding + ": " + failure.getMessage();
        }
    }
}
