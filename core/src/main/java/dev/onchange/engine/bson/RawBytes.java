package dev.onchange.engine.bson;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a raw document lie, without a copy. Found by handles, since the driver's accessors are newer than the
 * oldest driver that OnChange runs with. There the document's buffer tells the same, at the price of 72 bytes a call.
 */
public final class RawBytes {

    private static final @Nullable MethodHandle ARRAY = accessor("getBackingArray", byte[].class);
    private static final @Nullable MethodHandle OFFSET = accessor("getByteOffset", int.class);
    private static final @Nullable MethodHandle LENGTH = accessor("getByteLength", int.class);

    private RawBytes() {}

    /** The array that holds the document, and often others beside it. */
    public static byte[] array(RawBsonDocument document) {
        if (ARRAY == null) {
            return document.getByteBuffer().array();
        }
        try {
            return (byte[]) ARRAY.invokeExact(document);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** The bytes of the document alone. */
    public static byte[] copy(RawBsonDocument document) {
        int from = offset(document);
        return Arrays.copyOfRange(array(document), from, from + length(document));
    }

    /** The position of the document in its array. */
    public static int offset(RawBsonDocument document) {
        if (OFFSET == null) {
            return document.getByteBuffer().position();
        }
        try {
            return (int) OFFSET.invokeExact(document);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** The number of bytes of the document. */
    public static int length(RawBsonDocument document) {
        if (LENGTH == null) {
            return document.getByteBuffer().remaining();
        }
        try {
            return (int) LENGTH.invokeExact(document);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Null in drivers that lack it. */
    private static @Nullable MethodHandle accessor(String name, Class<?> type) {
        try {
            return MethodHandles.publicLookup().findVirtual(RawBsonDocument.class, name, MethodType.methodType(type));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static RuntimeException failed(Throwable e) {
        if (e instanceof RuntimeException unchecked) {
            return unchecked;
        }
        throw e instanceof Error error ? error : new AssertionError(e); // the accessors declare no exception
    }
}
