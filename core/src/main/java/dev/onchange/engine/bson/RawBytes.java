package dev.onchange.engine.bson;

import org.bson.RawBsonDocument;

/**
 * Where the bytes of a raw document lie, without a copy. The driver's own accessors for the same are newer than the
 * oldest driver that OnChange runs with; the buffer that every version gives does not escape, so that compiled code
 * allocates none.
 */
public final class RawBytes {

    private RawBytes() {}

    /** The array that holds the document, and often others beside it. */
    public static byte[] array(RawBsonDocument document) {
        return document.getByteBuffer().array();
    }

    /** The position of the document in its array. */
    public static int offset(RawBsonDocument document) {
        return document.getByteBuffer().position();
    }

    /** The number of bytes of the document. */
    public static int length(RawBsonDocument document) {
        return document.getByteBuffer().remaining();
    }
}
