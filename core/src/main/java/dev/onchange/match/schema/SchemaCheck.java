package dev.onchange.match.schema;

import dev.onchange.match.bson.Decimals;
import dev.onchange.match.bson.Numbers;
import dev.onchange.match.bson.Order;
import dev.onchange.match.bson.Raw;
import dev.onchange.match.bson.TypeNames;
import dev.onchange.match.bson.Types;
import dev.onchange.match.bson.Wholes;
import dev.onchange.match.regex.InvalidRegexException;
import dev.onchange.match.regex.Regex;
import dev.onchange.match.syntax.Element;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Refuses schemas that the server refuses. Whether an event satisfies a schema, the server tells. */
public final class SchemaCheck {

    private static final Set<String> UNSUPPORTED = Set.of("$ref", "$schema", "default", "definitions", "format", "id");
    private static final Set<String> JSON_TYPES = Set.of("array", "boolean", "null", "number", "object", "string");
    private static final Set<String> BSON_TYPES =
            Stream.concat(TypeNames.all().stream(), Stream.of("number")).collect(Collectors.toUnmodifiableSet());
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
            Map.entry("multipleOf", SchemaCheck::positive),
            Map.entry("exclusiveMinimum", SchemaCheck::flag),
            Map.entry("exclusiveMaximum", SchemaCheck::flag),
            Map.entry("uniqueItems", SchemaCheck::flag),
            Map.entry("minLength", SchemaCheck::count),
            Map.entry("maxLength", SchemaCheck::count),
            Map.entry("minItems", SchemaCheck::count),
            Map.entry("maxItems", SchemaCheck::count),
            Map.entry("minProperties", SchemaCheck::count),
            Map.entry("maxProperties", SchemaCheck::count),
            Map.entry("pattern", element -> pattern(text(element), element)),
            Map.entry("title", SchemaCheck::text),
            Map.entry("description", SchemaCheck::text),
            Map.entry("encrypt", SchemaCheck::document),
            Map.entry("encryptMetadata", SchemaCheck::document));

    /** Throws {@link dev.onchange.match.syntax.Rejected} if the server refuses this schema. */
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
        element.elements().forEach(this::check);
    }

    private void patternProperties(Element element) {
        namedSchemas(element);
        element.elements().forEach(property -> pattern(property.name(), property));
    }

    private void schemaOrFlag(Element element) {
        if (!element.is(Types.BOOL)) {
            check(element);
        }
    }

    private void items(Element element) {
        if (element.is(Types.ARRAY)) {
            element.elements().forEach(this::check);
        } else {
            check(element);
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
                Element value = values.get(i);
                int order =
                        Order.compare(value.bytes(), value.type(), value.at(), other.bytes(), other.type(), other.at());
                require(order != 0, value, "a value stands twice");
            }
        }
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

    private static void positive(Element element) {
        number(element);
        boolean positive = !Numbers.isNaN(element.bytes(), element.type(), element.at())
                && !isInfinite(element)
                && Numbers.compare(element.bytes(), element.type(), element.at(), ZERO, Types.INT, 0) > 0;
        require(positive, element, "this must be greater than zero");
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
