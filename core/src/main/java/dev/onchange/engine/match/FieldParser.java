package dev.onchange.engine.match;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.geo.GeoCheck;
import dev.onchange.engine.match.syntax.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses the condition on one field: a value, a regular expression, or a document of operators. */
final class FieldParser {

    private static final Set<String> OPERATORS = Set.of(
            "$eq",
            "$ne",
            "$gt",
            "$gte",
            "$lt",
            "$lte",
            "$in",
            "$nin",
            "$not",
            "$exists",
            "$type",
            "$size",
            "$all",
            "$elemMatch",
            "$mod",
            "$regex",
            "$options",
            "$bitsAllSet",
            "$bitsAnySet",
            "$bitsAllClear",
            "$bitsAnyClear",
            "$geoWithin",
            "$within",
            "$geoIntersects",
            "$near",
            "$nearSphere",
            "$geoNear");
    private static final Set<String> NEAR = Set.of("$near", "$nearSphere", "$geoNear");

    private final FilterParser filterParser;
    private final Findings findings;
    private final Operands operands;

    FieldParser(FilterParser filterParser, Findings findings) {
        this.filterParser = filterParser;
        this.findings = findings;
        this.operands = new Operands(findings);
    }

    static boolean isFieldOperator(String name) {
        return OPERATORS.contains(name);
    }

    /** Adds the conditions of one field. */
    void parse(Element element, Path path, List<Node> parts) {
        if (isOperators(element)) {
            operators(element, path, parts);
        } else if (element.is(Types.REGEX)) {
            parts.add(new Node.Field(path, operands.regex(element), true));
        } else {
            parts.add(equality(element, path));
        }
    }

    Node equality(Element element, Path path) {
        if (isOperators(element)) {
            // of several at one path under $or the server makes an $in, which it does not read again with this in it
            findings.refusedByAStream();
        }
        return new Node.Field(path, new Equal(defined(element)), true);
    }

    private void operators(Element document, Path path, List<Node> parts) {
        for (Element element : document.elements()) {
            Node part = operator(document, element, path);
            if (part != null) {
                parts.add(part);
            }
        }
    }

    private @Nullable Node operator(Element document, Element element, Path path) {
        return switch (element.name()) {
            case "$eq" -> equality(element, path);
            case "$ne" -> new Node.Not(equality(notRegex(element), path));
            case "$lt" -> ordered(Ordered.Relation.LESS, element, path);
            case "$lte" -> ordered(Ordered.Relation.LESS_OR_EQUAL, element, path);
            case "$gt" -> ordered(Ordered.Relation.GREATER, element, path);
            case "$gte" -> ordered(Ordered.Relation.GREATER_OR_EQUAL, element, path);
            case "$in" -> new Node.Field(path, operands.in(element), true);
            case "$nin" -> new Node.Not(new Node.Field(path, operands.in(element), true));
            case "$not" -> not(element, path);
            case "$exists" -> exists(element, path);
            case "$type" -> new Node.Field(path, TypeSet.parse(element), true);
            case "$size" -> new Node.Field(path, operands.size(element), false);
            case "$all" -> all(element, path);
            case "$elemMatch" -> elementMatch(element, path);
            case "$mod" -> new Node.Field(path, operands.mod(element), true);
            case "$regex" -> new Node.Field(path, operands.regexOf(document), true);
            case "$options" -> options(document, element);
            case "$bitsAllSet" -> bits(Bits.Quantity.ALL_SET, element, path);
            case "$bitsAnySet" -> bits(Bits.Quantity.ANY_SET, element, path);
            case "$bitsAllClear" -> bits(Bits.Quantity.ALL_CLEAR, element, path);
            case "$bitsAnyClear" -> bits(Bits.Quantity.ANY_CLEAR, element, path);
            case "$geoWithin", "$within", "$geoIntersects" -> shape(document, element);
            default -> other(element);
        };
    }

    private Node ordered(Ordered.Relation relation, Element element, Path path) {
        if ((element.is(Types.MIN_KEY) || element.is(Types.MAX_KEY))
                && path.toString().startsWith("updateDescription")) {
            // events without it match, and a stream of 6.0.5 leaves them out
            findings.refusedByAStream();
        }
        return new Node.Field(path, new Ordered(relation, defined(notRegex(element))), true);
    }

    private static Element notRegex(Element element) {
        if (element.is(Types.REGEX)) {
            throw element.place()
                    .reject(element.name() + " cannot compare with a regular expression; use $not or $regex");
        }
        return element;
    }

    private static Element defined(Element element) {
        if (element.is(Types.UNDEFINED)) {
            throw element.place().reject("nothing can be compared with undefined; compare with null");
        }
        return element;
    }

    private Node not(Element element, Path path) {
        if (element.is(Types.REGEX)) {
            return new Node.Not(new Node.Field(path, operands.regex(element), true));
        }
        if (!element.is(Types.OBJECT) || element.first() == null) {
            throw element.place()
                    .reject("$not takes a regular expression or a document of operators; for values use $ne");
        }
        List<Node> parts = new ArrayList<>();
        operators(element, path, parts);
        return new Node.Not(Node.all(parts));
    }

    private static Node exists(Element element, Path path) {
        Node exists = new Node.Field(path, (bytes, type, at) -> type != Types.MISSING, true);
        return element.isTruthy() ? exists : new Node.Not(exists);
    }

    private Node all(Element element, Path path) {
        if (!element.is(Types.ARRAY)) {
            throw element.place().reject("$all takes an array");
        }
        List<Element> values = element.elements();
        if (values.isEmpty()) {
            return new Node.Always(false);
        }
        boolean elementMatches = isElementMatch(values.get(0));
        List<Node> parts = new ArrayList<>();
        for (Element value : values) {
            parts.add(elementMatches ? allElementMatch(value, path) : allValue(value, path));
        }
        return Node.all(parts);
    }

    private Node allElementMatch(Element value, Path path) {
        Element match = value.is(Types.OBJECT) ? value.first() : null;
        if (match == null || !match.name().equals("$elemMatch")) {
            throw value.place().reject("$all takes either values or {$elemMatch: …} documents, not both");
        }
        return elementMatch(match, path);
    }

    private Node allValue(Element value, Path path) {
        if (value.is(Types.REGEX)) {
            return new Node.Field(path, operands.regex(value), true);
        }
        Element first = value.is(Types.OBJECT) ? value.first() : null;
        if (first != null && isKeyword(first.name())) {
            throw first.place().reject("$all takes no operators but $elemMatch, and that only as its first element");
        }
        return equality(value, path);
    }

    private static boolean isElementMatch(Element value) {
        Element first = value.is(Types.OBJECT) ? value.first() : null;
        return first != null && first.name().equals("$elemMatch");
    }

    private Node elementMatch(Element element, Path path) {
        if (!element.is(Types.OBJECT)) {
            throw element.place().reject("$elemMatch takes a document");
        }
        Element first = element.first();
        if (first != null
                && first.name().startsWith("$")
                && !isReference(element, true)
                && !FilterParser.isDocumentOperator(first.name())) {
            if (isWrittenAnew(element)) {
                findings.refusedByAStream();
            }
            List<Node> parts = new ArrayList<>();
            operators(element, new Path(""), parts);
            return new Node.Field(path, new ArrayTests.ElementSatisfies(Node.all(parts)), false);
        }
        return new Node.Field(path, new ArrayTests.ElementMatches(filterParser.parse(element, true)), false);
    }

    /** Whether the server makes one document of it again that it does not take: some stand at the top only, some twice. */
    private static boolean isWrittenAnew(Element operators) {
        return operators.elements().stream().anyMatch(operator -> switch (operator.name()) {
            case "$all" -> true;
            case "$in" -> operators.get("$regex") != null;
            case "$not" -> operator.is(Types.OBJECT) && isWrittenAnew(operator);
            default -> false;
        });
    }

    private static @Nullable Node options(Element document, Element element) {
        if (document.get("$regex") == null) {
            throw element.place().reject("$options needs a $regex beside it");
        }
        return null;
    }

    private Node bits(Bits.Quantity quantity, Element element, Path path) {
        int[] positions = operands.bits(element);
        return positions == null
                ? findings.onServer("a bit mask with a byte of 0x80 or more has no one meaning on servers up to 8.0")
                : new Node.Field(path, new Bits(quantity, positions), true);
    }

    private Node shape(Element document, Element element) {
        GeoCheck.check(document, element);
        return findings.onServer(element.name());
    }

    private Node other(Element element) {
        String name = element.name();
        if (NEAR.contains(name)) {
            throw element.place().reject(name + " is not allowed in a change stream; use $geoWithin");
        }
        if (InternalOperators.isComparison(name) && (element.is(Types.ARRAY) || element.is(Types.UNDEFINED))) {
            throw element.place().reject(name + " cannot compare with this");
        }
        if (OPERATORS.contains(name) || InternalOperators.isOfFields(name)) {
            return findings.onServer(name);
        }
        throw element.place()
                .reject(
                        name.startsWith("$")
                                ? "there is no operator " + name + " for a field"
                                        + (FilterParser.isDocumentOperator(name)
                                                ? "; it belongs at the top of a filter"
                                                : "")
                                : "a document of operators holds operators only; to compare with a document, use $eq");
    }

    /** Whether the value is a document of operators: its first name begins with a dollar, and it is not a reference. */
    static boolean isOperators(Element element) {
        Element first = element.is(Types.OBJECT) ? element.first() : null;
        return first != null && first.name().startsWith("$") && !isReference(element, false);
    }

    private static boolean isReference(Element element, boolean incomplete) {
        boolean ref = element.get("$ref") != null;
        boolean id = element.get("$id") != null;
        return incomplete ? ref || id || element.get("$db") != null : ref && id;
    }

    private static boolean isKeyword(String name) {
        return OPERATORS.contains(name) && !name.equals("$not") || InternalOperators.isOfFields(name);
    }
}
