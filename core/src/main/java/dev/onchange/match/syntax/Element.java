package dev.onchange.match.syntax;

import dev.onchange.match.bson.Numbers;
import dev.onchange.match.bson.Raw;
import dev.onchange.match.bson.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
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
        int element = Raw.first(at);
        while (bytes[element] != 0) {
            int value = Raw.value(bytes, element);
            String child = Raw.cString(bytes, element + 1);
            Place where = type == Types.ARRAY ? place.index(child) : place.field(child);
            found.add(new Element(bytes, bytes[element], value, child, where));
            element = Raw.next(bytes, bytes[element], value);
        }
        return found;
    }

    /** The first element of a document or array. */
    public @Nullable Element first() {
        List<Element> all = elements();
        return all.isEmpty() ? null : all.get(0);
    }

    /** The first element of that name. */
    public @Nullable Element get(String child) {
        return find(element -> element.name.equals(child));
    }

    private @Nullable Element find(Predicate<Element> wanted) {
        return elements().stream().filter(wanted).findFirst().orElse(null);
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
        int size = Raw.size(bytes, type, at);
        byte[] document = new byte[size + 7];
        document[0] = (byte) document.length;
        document[1] = (byte) (document.length >> 8);
        document[2] = (byte) (document.length >> 16);
        document[3] = (byte) (document.length >> 24);
        document[4] = (byte) type;
        System.arraycopy(bytes, at, document, 6, size);
        BsonDocument decoded = new RawBsonDocument(document).decode(new org.bson.codecs.BsonDocumentCodec());
        return decoded.values().iterator().next();
    }
}
