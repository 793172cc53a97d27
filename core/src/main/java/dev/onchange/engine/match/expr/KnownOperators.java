package dev.onchange.engine.match.expr;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operators that only the server evaluates. */
final class KnownOperators {

    /**
     * How many operands an operator takes.
     *
     * @param plain whether its operands are nothing but expressions
     */
    record Arity(int least, int most, boolean plain) {}

    private static final Set<String> INTERNAL = Set.of(
            "$_internalFindAllValuesAtPath",
            "$_internalFleEq",
            "$_internalFleBetween",
            "$_internalJsEmit",
            "$_internalKeyStringValue",
            "$_internalOwningShard");
    private static final Arity FREE = new Arity(0, Integer.MAX_VALUE, false);
    private static final Map<String, Arity> ALL = new HashMap<>();

    static {
        add(
                1,
                1,
                "acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh degreesToRadians radiansToDegrees exp ln log10 sqrt"
                        + " reverseArray arrayToObject bsonSize binarySize toString toDouble toDecimal toDate toObjectId toHashedIndexKey"
                        + " tsSecond tsIncrement bitNot toUUID");
        add(2, 2, "atan2 log pow split");
        add(1, 2, "trunc round");
        add(2, 3, "slice range");
        add(2, 4, "indexOfArray indexOfBytes indexOfCP");
        add(3, 3, "substr substrBytes substrCP");
        add(0, Integer.MAX_VALUE, "stdDevPop stdDevSamp bitAnd bitOr bitXor");
        for (String name : Set.of(
                "meta",
                "rand",
                "median",
                "percentile",
                "encStrStartsWith",
                "encStrEndsWith",
                "encStrContains",
                "encStrNormalizedEq",
                "createUUID",
                "createObjectId",
                "similarityCosine",
                "similarityDotProduct",
                "similarityEuclidean",
                "subtype",
                "serializeEJSON",
                "deserializeEJSON")) {
            ALL.put("$" + name, FREE);
        }
        for (String name : NamedArguments.operators()) {
            ALL.put(name, FREE);
        }
    }

    private KnownOperators() {}

    static @Nullable Arity arity(String name) {
        return INTERNAL.contains(name) ? FREE : ALL.get(name);
    }

    static Set<String> names() {
        return ALL.keySet();
    }

    private static void add(int least, int most, String names) {
        for (String name : names.split(" ", -1)) {
            ALL.put("$" + name, new Arity(least, most, true));
        }
    }
}
