package dev.onchange.engine.match;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import java.nio.charset.StandardCharsets;

/**
 * A dotted path, and the values it leads to in a document: it passes through documents, enters one array level wherever
 * it meets one, and takes a numeric component both for an index and for a key.
 */
final class Path {

    private final String text;
    private final byte[][] parts;
    private final String[] names;

    Path(String text) {
        this.text = text;
        this.names = text.split("\\.", -1);
        this.parts = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            parts[i] = names[i].getBytes(StandardCharsets.UTF_8);
        }
    }

    String firstPart() {
        return names[0];
    }

    /**
     * Whether a value that this path leads to passes the test. A field that is not there counts as a value of type
     * {@link Types#MISSING}, except below an array.
     *
     * @param leaf whether an array at the end stands for its elements and itself, or for itself alone
     */
    boolean any(byte[] bytes, int document, ValueTest test, boolean leaf) {
        return fromDocument(bytes, document, 0, test, leaf);
    }

    /** Whether there is an array at its end, or before that. */
    boolean entersArray(byte[] bytes, int document) {
        int current = document;
        for (byte[] part : parts) {
            int element = Raw.find(bytes, current, part);
            int type = element < 0 ? Types.MISSING : bytes[element];
            if (type != Types.OBJECT) {
                return type == Types.ARRAY;
            }
            current = element + part.length + 2;
        }
        return false;
    }

    private boolean fromDocument(byte[] bytes, int document, int start, ValueTest test, boolean leaf) {
        int current = document;
        for (int part = start; ; part++) {
            int element = Raw.find(bytes, current, parts[part]);
            if (element < 0) {
                return test.test(bytes, Types.MISSING, 0);
            }
            int type = bytes[element];
            int value = element + parts[part].length + 2;
            boolean last = part + 1 == parts.length;
            if (type == Types.ARRAY) {
                return fromArray(bytes, value, part + 1, test, leaf);
            }
            if (last) {
                return test.test(bytes, type, value);
            }
            if (type != Types.OBJECT) {
                return test.test(bytes, Types.MISSING, 0);
            }
            current = value;
        }
    }

    private boolean fromArray(byte[] bytes, int array, int next, ValueTest test, boolean leaf) {
        if (hasRest(next)) {
            return rest(bytes, array, next, test, leaf);
        }
        return leaf ? elements(bytes, array, test) : test.test(bytes, Types.ARRAY, array);
    }

    /** Each element, then the array itself. */
    private static boolean elements(byte[] bytes, int array, ValueTest test) {
        int element = Raw.first(array);
        while (bytes[element] != 0) {
            int type = bytes[element];
            int value = Raw.value(bytes, element);
            if (test.test(bytes, type, value)) {
                return true;
            }
            element = Raw.next(bytes, type, value);
        }
        return test.test(bytes, Types.ARRAY, array);
    }

    private boolean rest(byte[] bytes, int array, int next, ValueTest test, boolean leaf) {
        int element = Raw.first(array);
        while (bytes[element] != 0) {
            int type = bytes[element];
            int value = Raw.value(bytes, element);
            if (type == Types.OBJECT && fromDocument(bytes, value, next, test, leaf)) {
                return true;
            }
            if (isIndex(bytes, element, next) && fromIndex(bytes, type, value, next, test, leaf)) {
                return true;
            }
            element = Raw.next(bytes, type, value);
        }
        return false;
    }

    private boolean fromIndex(byte[] bytes, int type, int value, int next, ValueTest test, boolean leaf) {
        if (next + 1 == parts.length) {
            return test.test(bytes, type, value);
        }
        if (type == Types.OBJECT) {
            return fromDocument(bytes, value, next + 1, test, leaf);
        }
        if (type == Types.ARRAY) {
            return hasRest(next + 1) ? rest(bytes, value, next + 1, test, leaf) : elements(bytes, value, test);
        }
        return false;
    }

    /** An empty last component ends a path at an array, as on the server. */
    private boolean hasRest(int next) {
        return next < parts.length && (next + 1 < parts.length || parts[next].length != 0);
    }

    private boolean isIndex(byte[] bytes, int element, int part) {
        byte[] name = parts[part];
        if (name.length == 0 || name[0] < '0' || name[0] > '9') {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (bytes[element + 1 + i] != name[i]) {
                return false;
            }
        }
        return bytes[element + 1 + name.length] == 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
