package dev.onchange.engine.match.syntax;

import dev.onchange.engine.bson.Numbers;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/**
 * A named value in a filter.
 *
 * @param bytes holds the value; never changed
 * @param type BSON type
 * @param at position of the value
 * @param name field name, or index in an array
 * @param place where it stands in the filter
 */
@SuppressWarnings("ArrayRecordComponent") // shared by all elements of a filter, and never compared
public record Element(byte[] bytes, int type, int at, String name, Place place) {

    /** The whole filter as a document. */
    public static Element root(byte[] bytes) {
        return new Element(bytes, Types.OBJECT, 0, "", Place.ROOT);
    }

    /** The elements of a document or array, in order. */
    public List<Element> elements() {
        List<Element> found = new ArrayList<>();
        for (int element = Raw.first(at); bytes[element] != 0; element = after(element)) {
            found.add(read(element));
        }
        return found;
    }

    private Element read(int element) {
        String child = Raw.cString(bytes, element + 1);
        Place where = type == Types.ARRAY ? place.index(child) : place.field(child);
        return new Element(bytes, bytes[element], Raw.value(bytes, element), child, where);
    }

    private int after(int element) {
        return Raw.next(bytes, bytes[element], Raw.value(bytes, element));
    }

    /** The first element of a document or array. */
    public @Nullable Element first() {
        int element = Raw.first(at);
        return bytes[element] == 0 ? null : read(element);
    }

    /** The first element of that name. */
    public @Nullable Element get(String child) {
        int found = Raw.find(bytes, at, child.getBytes(StandardCharsets.UTF_8));
        return found < 0 ? null : read(found);
    }

    public boolean is(int wanted) {
        return type == wanted;
    }

    public boolean isNumber() {
        return Types.isNumber(type);
    }

    /** The text of a string, symbol or code. */
    public String text() {
        return Raw.text(bytes, at);
    }

    /** The pattern of a regular expression. */
    public String pattern() {
        return Raw.cString(bytes, at);
    }

    /** The options of a regular expression. */
    public String options() {
        return Raw.cString(bytes, Raw.afterCString(bytes, at));
    }

    /** False for false, null, undefined and zero of any numeric type; true for all else, NaN included. */
    public boolean isTruthy() {
        return switch (type) {
            case Types.BOOL -> bytes[at] != 0;
            case Types.NULL, Types.UNDEFINED, Types.MISSING -> false;
            case Types.INT, Types.LONG, Types.DOUBLE, Types.DECIMAL ->
                Numbers.compare(bytes, type, at, ZERO, Types.INT, 0) != 0;
            default -> true;
        };
    }

    private static final byte[] ZERO = new byte[4];

    /** The value as an object of the driver. */
    public BsonValue decoded() {
        return named("").decode(new BsonDocumentCodec()).values().iterator().next();
    }

    /** The document that has this element and no other. */
    public RawBsonDocument alone() {
        return named(name);
    }

    /** The value, if it is a document. */
    public RawBsonDocument document() {
        return new RawBsonDocument(Arrays.copyOfRange(bytes, at, at + Raw.size(bytes, type, at)));
    }

    private RawBsonDocument named(String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        int size = Raw.size(bytes, type, at);
        ByteBuffer document = ByteBuffer.allocate(size + utf8.length + 7).order(ByteOrder.LITTLE_ENDIAN);
        document.putInt(document.capacity())
                .put((byte) type)
                .put(utf8)
                .put((byte) 0)
                .put(bytes, at, size);
        return new RawBsonDocument(document.array());
    }
}
