package dev.onchange.engine.match;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;
import dev.onchange.engine.match.expr.EventExpression;
import dev.onchange.engine.match.schema.SchemaCheck;
import dev.onchange.engine.match.syntax.Element;
import dev.onchange.engine.match.syntax.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses a document of conditions: fields and logical operators. */
final class FilterParser {

    private static final Set<String> DOCUMENT_OPERATORS = Set.of(
            "$and",
            "$or",
            "$nor",
            "$expr",
            "$jsonSchema",
            "$comment",
            "$alwaysTrue",
            "$alwaysFalse",
            "$where",
            "$text",
            "$sampleRate",
            "$ref",
            "$id",
            "$db");

    private final Findings findings;
    private final FieldParser fieldParser;

    FilterParser(Findings findings) {
        this.findings = findings;
        this.fieldParser = new FieldParser(this, findings);
    }

    static boolean isDocumentOperator(String name) {
        return DOCUMENT_OPERATORS.contains(name);
    }

    /**
     * Parses a filter.
     *
     * @param nested whether it is inside an {@code $elemMatch}, not about the event itself
     */
    Node parse(Element filter, boolean nested) {
        List<Node> parts = new ArrayList<>();
        for (Element element : filter.elements()) {
            if (element.name().startsWith("$")) {
                operator(element, nested, parts);
            } else {
                fieldParser.parse(element, path(element.name(), nested), parts);
            }
        }
        return parts.size() == 1 ? parts.get(0) : Node.all(parts);
    }

    private Path path(String text, boolean nested) {
        Path path = new Path(text);
        if (!nested) {
            findings.reads(path.firstPart());
            if (text.isEmpty()) {
                findings.onServer(
                        "a field of the event without a name, which the server finds only if it needs others");
            }
        }
        return path;
    }

    private void operator(Element element, boolean nested, List<Node> parts) {
        switch (element.name()) {
            case "$comment" -> {}
            case "$and" -> parts.add(Node.all(branches(element, nested)));
            case "$or" -> parts.add(Node.any(branches(element, nested)));
            case "$nor" -> parts.add(nor(element, nested));
            case "$alwaysTrue", "$alwaysFalse" -> parts.add(constant(element));
            case "$ref", "$id", "$db" -> parts.add(fieldParser.equality(element, path(element.name(), nested)));
            case "$sampleRate" -> parts.add(sampleRate(element, nested));
            case "$expr" -> parts.add(expression(element, nested));
            case "$jsonSchema" -> parts.add(schema(element));
            case "$where" ->
                throw element.place().reject("$where is not allowed in a change stream; $expr may express it");
            case "$text" -> throw element.place().reject("$text is not allowed in a change stream; use $regex");
            default -> parts.add(unknown(element));
        }
    }

    private Node nor(Element element, boolean nested) {
        List<Node> branches = branches(element, nested);
        if (branches.size() > 1 && !nested) {
            findings.refusedByAStream();
        }
        return new Node.Not(Node.any(branches));
    }

    private List<Node> branches(Element element, boolean nested) {
        String name = element.name();
        if (!element.is(Types.ARRAY)) {
            throw element.place().reject(name + " takes an array of filters");
        }
        List<Node> branches = new ArrayList<>();
        for (Element branch : element.elements()) {
            if (!branch.is(Types.OBJECT)) {
                throw branch.place().reject("each element of " + name + " must be a filter, that is a document");
            }
            branches.add(parse(branch, nested));
        }
        if (branches.isEmpty()) {
            throw element.place().reject(name + " needs at least one filter");
        }
        return branches;
    }

    private static Node constant(Element element) {
        if (!element.isNumber()
                || Wholes.exact(element.bytes(), element.type(), element.at()).orElse(0) != 1) {
            throw element.place().reject(element.name() + " takes the number 1 and nothing else");
        }
        return new Node.Always(element.name().equals("$alwaysTrue"));
    }

    private Node sampleRate(Element element, boolean nested) {
        if (nested) {
            throw element.place().reject("$sampleRate is about the whole event and cannot stand inside $elemMatch");
        }
        if (!element.isNumber()) {
            throw element.place().reject("$sampleRate takes a number");
        }
        double rate = element.decoded().asNumber().doubleValue();
        if (!(rate >= 0 && rate <= 1)) {
            throw element.place().reject("$sampleRate takes a number from 0 to 1");
        }
        return findings.onServer("$sampleRate is random");
    }

    private Node expression(Element element, boolean nested) {
        if (nested) {
            throw element.place().reject("$expr is about the whole event and cannot stand inside $elemMatch");
        }
        EventExpression expression = EventExpression.parse(element);
        expression.fields().forEach(findings::reads);
        if (expression.readsWholeEvent()) {
            findings.readsWholeEvent();
        }
        if (expression.canFail()) {
            findings.canFail();
        }
        if (!expression.reasons().isEmpty()) {
            return findings.onServer("$expr with " + String.join(", ", expression.reasons()));
        }
        Node node = new Node.Expr(expression);
        return expression.isGuarded() ? new Node.All(List.of(new Node.Always(true), node)) : node;
    }

    private Node schema(Element element) {
        if (!element.is(Types.OBJECT)) {
            throw element.place().reject("$jsonSchema takes a document");
        }
        new SchemaCheck().check(element);
        findings.readsWholeEvent();
        return findings.onServer("$jsonSchema");
    }

    private Node unknown(Element element) {
        if (InternalOperators.isOfDocuments(element.name())) {
            findings.readsWholeEvent();
            return findings.onServer(element.name() + " is internal to the server");
        }
        throw unknownOperator(element);
    }

    private static Rejected unknownOperator(Element element) {
        return element.place()
                .reject("there is no operator " + element.name() + " at this level"
                        + (FieldParser.isFieldOperator(element.name())
                                ? "; it belongs below a field: {field: {" + element.name() + ": …}}"
                                : ""));
    }
}
