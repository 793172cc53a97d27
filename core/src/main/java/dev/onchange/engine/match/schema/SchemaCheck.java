package dev.onchange.engine.match.schema;

import dev.onchange.engine.bson.Decimals;
import dev.onchange.engine.bson.Numbers;
import dev.onchange.engine.bson.Order;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.TypeNames;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;
import dev.onchange.engine.match.regex.InvalidRegexException;
import dev.onchange.engine.match.regex.Regex;
import dev.onchange.engine.match.syntax.Element;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Refuses schemas that the server refuses. Whether an event satisfies a schema, the server tells. */
public final class SchemaCheck {

    private static final Set<String> UNSUPPORTED = Set.of("$ref", "$schema", "default", "definitions", "format", "id");
    private static final Set<String> JSON_TYPES = Set.of("array", "boolean", "null", "number", "object", "string");
    private static final Set<String> BSON_TYPES =
            Stream.concat(TypeNames.all().stream(), Stream.of("number")).collect(Collectors.toUnmodifiableSet());
    private static final Set<String> ALGORITHMS =
            Set.of("AEAD_AES_256_CBC_HMAC_SHA_512-Deterministic", "AEAD_AES_256_CBC_HMAC_SHA_512-Random");
    private static final byte[] ZERO = new byte[4];

    private final Map<String, Consumer<Element>> keywords = Map.ofEntries(
            Map.entry("allOf", this::schemas),
            Map.entry("anyOf", this::schemas),
            Map.entry("oneOf", this::schemas),
            Map.entry("not", this::check),
            Map.entry("properties", this::namedSchemas),
            Map.entry("patternProperties", this::patternProperties),
            Map.entry("additionalProperties", this::schemaOrFlag),
            Map.entry("additionalItems", this::schemaOrFlag),
            Map.entry("items", this::items),
            Map.entry("dependencies", this::dependencies),
            Map.entry("required", SchemaCheck::names),
            Map.entry("enum", SchemaCheck::distinctValues),
            Map.entry("type", element -> types(element, JSON_TYPES)),
            Map.entry("bsonType", element -> types(element, BSON_TYPES)),
            Map.entry("minimum", SchemaCheck::number),
            Map.entry("maximum", SchemaCheck::number),
            Map.entry("multipleOf", this::positive),
            Map.entry("exclusiveMinimum", SchemaCheck::flag),
            Map.entry("exclusiveMaximum", SchemaCheck::flag),
            Map.entry("uniqueItems", SchemaCheck::flag),
            Map.entry("minLength", SchemaCheck::count),
            Map.entry("maxLength", SchemaCheck::count),
            Map.entry("minItems", SchemaCheck::count),
            Map.entry("maxItems", SchemaCheck::count),
            Map.entry("minProperties", SchemaCheck::count),
            Map.entry("maxProperties", SchemaCheck::count),
            Map.entry("pattern", this::patternOfField),
            Map.entry("title", SchemaCheck::text),
            Map.entry("description", SchemaCheck::text),
            Map.entry("encrypt", element -> encryption(element, Set.of("algorithm", "bsonType", "keyId"))),
            Map.entry("encryptMetadata", element -> {
                encryption(element, Set.of("algorithm", "keyId"));
                require(element.first() != null, element, "this document must not be empty");
            }));
    /** Whether the schema is about a field with a name; of others, as of the event itself, the server compiles no pattern. */
    private boolean ofField;

    /** Throws {@link dev.onchange.engine.match.syntax.Rejected} if the server refuses this schema. */
    public void check(Element schema) {
        document(schema);
        Set<String> seen = new HashSet<>();
        for (Element element : schema.elements()) {
            Consumer<Element> keyword = keywords.get(element.name());
            if (keyword == null) {
                throw element.place()
                        .reject(
                                UNSUPPORTED.contains(element.name())
                                        ? "the server does not support " + element.name() + " in a schema"
                                        : "there is no keyword " + element.name() + " in a schema");
            }
            if (!seen.add(element.name())) {
                throw element.place().reject("a keyword stands twice in a schema");
            }
            keyword.accept(element);
        }
        together(schema, seen);
    }

    private static void together(Element schema, Set<String> seen) {
        if (seen.contains("type") && seen.contains("bsonType")) {
            throw schema.place().reject("a schema has either type or bsonType");
        }
        if (seen.contains("encrypt") && (seen.contains("type") || seen.contains("bsonType"))) {
            throw schema.place().reject("a schema has either a type or encrypt, which implies one");
        }
        if (seen.contains("exclusiveMinimum") && !seen.contains("minimum")
                || seen.contains("exclusiveMaximum") && !seen.contains("maximum")) {
            throw schema.place().reject("exclusiveMinimum needs minimum, and exclusiveMaximum needs maximum");
        }
    }

    private void schemas(Element element) {
        nonEmpty(element).forEach(this::check);
    }

    private void namedSchemas(Element element) {
        document(element);
        element.elements().forEach(property -> check(property, !property.name().isEmpty()));
    }

    private void checkField(Element schema) {
        check(schema, true);
    }

    private void check(Element schema, boolean isOfField) {
        boolean before = ofField;
        ofField = isOfField;
        check(schema);
        ofField = before;
    }

    private void patternProperties(Element element) {
        namedSchemas(element);
        element.elements().forEach(property -> pattern(property.name(), property));
    }

    private void schemaOrFlag(Element element) {
        if (!element.is(Types.BOOL)) {
            checkField(element);
        }
    }

    private void items(Element element) {
        if (element.is(Types.ARRAY)) {
            element.elements().forEach(this::checkField);
        } else {
            checkField(element);
        }
    }

    private void dependencies(Element element) {
        document(element);
        for (Element dependency : element.elements()) {
            if (dependency.is(Types.ARRAY)) {
                names(dependency);
            } else {
                check(dependency);
            }
        }
    }

    private static void document(Element element) {
        require(element.is(Types.OBJECT), element, "this must be a document");
    }

    private static List<Element> nonEmpty(Element element) {
        require(element.is(Types.ARRAY), element, "this must be an array");
        List<Element> elements = element.elements();
        require(!elements.isEmpty(), element, "this array must not be empty");
        return elements;
    }

    private static void names(Element element) {
        Set<String> seen = new HashSet<>();
        for (Element name : nonEmpty(element)) {
            require(seen.add(text(name)), name, "a name stands twice");
        }
    }

    private static void distinctValues(Element element) {
        List<Element> values = nonEmpty(element);
        for (int i = 0; i < values.size(); i++) {
            for (Element other : values.subList(0, i)) {
                require(!isSame(values.get(i), other), values.get(i), "a value stands twice");
            }
        }
    }

    /** Equal, if the order of fields does not count. */
    private static boolean isSame(Element a, Element b) {
        if (!(a.is(Types.OBJECT) && b.is(Types.OBJECT)) && !(a.is(Types.ARRAY) && b.is(Types.ARRAY))) {
            return Order.compare(a.bytes(), a.type(), a.at(), b.bytes(), b.type(), b.at()) == 0;
        }
        List<Element> left = sorted(a);
        List<Element> right = sorted(b);
        return left.size() == right.size()
                && IntStream.range(0, left.size())
                        .allMatch(i ->
                                left.get(i).name().equals(right.get(i).name()) && isSame(left.get(i), right.get(i)));
    }

    private static List<Element> sorted(Element container) {
        return container.is(Types.ARRAY)
                ? container.elements()
                : container.elements().stream()
                        .sorted(Comparator.comparing(Element::name))
                        .toList();
    }

    private static void types(Element element, Set<String> known) {
        Set<String> seen = new HashSet<>();
        for (Element type : element.is(Types.ARRAY) ? nonEmpty(element) : List.of(element)) {
            require(
                    known.contains(text(type)),
                    type,
                    "there is no such type here; there are " + String.join(", ", known));
            require(seen.add(text(type)), type, "a type stands twice");
        }
    }

    private static void number(Element element) {
        require(element.isNumber(), element, "this must be a number");
    }

    /** Of the event itself nothing is a multiple, and the server looks at the sign only. */
    private void positive(Element element) {
        number(element);
        boolean nan = Numbers.isNaN(element.bytes(), element.type(), element.at());
        boolean positive = Numbers.compare(element.bytes(), element.type(), element.at(), ZERO, Types.INT, 0) > 0;
        require(
                ofField ? positive && !isInfinite(element) : positive || nan,
                element,
                "this must be greater than zero");
    }

    private static boolean isInfinite(Element element) {
        return element.is(Types.DOUBLE) && Double.isInfinite(Raw.float64(element.bytes(), element.at()))
                || element.is(Types.DECIMAL) && !Decimals.isFinite(element.bytes(), element.at());
    }

    private static void count(Element element) {
        number(element);
        long count = Wholes.exact(element.bytes(), element.type(), element.at()).orElse(-1);
        require(count >= 0, element, "this must be a whole number that is not negative");
    }

    private static void flag(Element element) {
        require(element.is(Types.BOOL), element, "this must be true or false");
    }

    private static String text(Element element) {
        require(element.is(Types.STRING), element, "this must be a string");
        return element.text();
    }

    private void patternOfField(Element element) {
        String pattern = text(element);
        if (ofField) {
            pattern(pattern, element);
        }
    }

    private static void encryption(Element element, Set<String> known) {
        document(element);
        for (Element part : element.elements()) {
            require(known.contains(part.name()), part, "there is no such field here");
            switch (part.name()) {
                case "bsonType" -> {
                    if (!isEmptyArray(part)) {
                        types(part, BSON_TYPES);
                    }
                }
                case "algorithm" ->
                    require(
                            part.is(Types.NULL) || part.is(Types.UNDEFINED) || ALGORITHMS.contains(text(part)),
                            part,
                            "there is no such algorithm");
                default ->
                    require(
                            part.is(Types.STRING)
                                    ? part.text().startsWith("/")
                                    : isEmptyArray(part)
                                            || nonEmpty(part).stream().allMatch(key -> key.is(Types.BINARY)),
                            part,
                            "keys are UUIDs, or one JSON pointer");
            }
        }
    }

    private static boolean isEmptyArray(Element element) {
        return element.is(Types.ARRAY) && element.first() == null;
    }

    private static void pattern(String pattern, Element where) {
        try {
            Regex.compile(pattern, "");
        } catch (InvalidRegexException invalid) {
            throw where.place().reject("this is no regular expression: " + invalid.reason());
        }
    }

    private static void require(boolean condition, Element element, String reason) {
        if (!condition) {
            throw element.place().reject(reason);
        }
    }
}
