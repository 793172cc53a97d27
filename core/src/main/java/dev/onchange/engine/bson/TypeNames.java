package dev.onchange.engine.bson;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the server calls the BSON types, in filters, schemas and expressions alike. */
public final class TypeNames {

    private static final Map<String, Integer> TYPES = Map.ofEntries(
            Map.entry("double", Types.DOUBLE),
            Map.entry("string", Types.STRING),
            Map.entry("object", Types.OBJECT),
            Map.entry("array", Types.ARRAY),
            Map.entry("binData", Types.BINARY),
            Map.entry("undefined", Types.UNDEFINED),
            Map.entry("objectId", Types.OBJECT_ID),
            Map.entry("bool", Types.BOOL),
            Map.entry("date", Types.DATE),
            Map.entry("null", Types.NULL),
            Map.entry("regex", Types.REGEX),
            Map.entry("dbPointer", Types.DB_POINTER),
            Map.entry("javascript", Types.CODE),
            Map.entry("symbol", Types.SYMBOL),
            Map.entry("javascriptWithScope", Types.CODE_WITH_SCOPE),
            Map.entry("int", Types.INT),
            Map.entry("timestamp", Types.TIMESTAMP),
            Map.entry("long", Types.LONG),
            Map.entry("decimal", Types.DECIMAL),
            Map.entry("minKey", Types.MIN_KEY),
            Map.entry("maxKey", Types.MAX_KEY));
    private static final Map<Integer, String> NAMES =
            TYPES.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private TypeNames() {}

    /** All names, in no particular order. */
    public static Set<String> all() {
        return TYPES.keySet();
    }

    /** The type of that name; null if no single type has it, as with {@code number}. */
    public static @Nullable Integer type(String name) {
        return TYPES.get(name);
    }

    /** Whether a type has that number. */
    public static boolean isType(int type) {
        return NAMES.containsKey(type);
    }

    /** The name of a type; null if there is no such type, as with {@link Types#MISSING}. */
    public static @Nullable String name(int type) {
        return NAMES.get(type);
    }
}
