package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.expr.Expression.Constant;
import dev.onchange.engine.match.syntax.Element;
import dev.onchange.engine.match.syntax.Place;
import dev.onchange.engine.match.syntax.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses expressions, and computes their constant parts as the server does when it opens a stream. */
final class ExpressionParser {

    private static final Set<String> FROM_SERVER = Set.of("NOW", "CLUSTER_TIME", "JS_SCOPE", "IS_MR", "USER_ROLES");

    /** Fields of references and of the server's own, which 6.0.5 takes for names. */
    private static final Set<String> DOLLAR_NAMES = Set.of("$id", "$ref", "$db", "$recordId", "$sortKey");

    private final Set<String> fields = new LinkedHashSet<>();
    private final List<String> onServer = new ArrayList<>();
    private final SpecialForms forms = new SpecialForms(this);
    private @Nullable List<Rejected> failures;
    private boolean wholeEvent;
    private boolean canFail;
    private int slots;

    Set<String> fields() {
        return fields;
    }

    List<String> reasons() {
        return onServer;
    }

    boolean readsWholeEvent() {
        return wholeEvent;
    }

    boolean mayFail() {
        return canFail;
    }

    void canFail() {
        canFail = true;
    }

    int newSlot() {
        return slots++;
    }

    Expression onServer(String what) {
        onServer.add(what);
        wholeEvent = true;
        return new Expression.OnServer();
    }

    Expression parse(Element element, Variables variables) {
        if (element.is(Types.STRING) && element.text().startsWith("$")) {
            return path(element, variables);
        }
        if (element.is(Types.OBJECT)) {
            return object(element, variables);
        }
        if (element.is(Types.ARRAY)) {
            return array(all(element.elements(), variables));
        }
        return new Constant(value(element));
    }

    List<Expression> all(List<Element> elements, Variables variables) {
        return elements.stream().map(element -> parse(element, variables)).toList();
    }

    static Value value(Element element) {
        return new Value(element.bytes(), element.type(), element.at());
    }

    private Expression path(Element element, Variables variables) {
        String text = element.text();
        if (!text.startsWith("$$")) {
            List<byte[]> parts = parts(text.substring(1), element.place());
            fields.add(new String(parts.get(0), StandardCharsets.UTF_8));
            return new Expression.Path(Expression.Path.ROOT, parts, true);
        }
        int dot = text.indexOf('.');
        String variable = text.substring(2, dot < 0 ? text.length() : dot);
        List<byte[]> parts = dot < 0 ? List.of() : parts(text.substring(dot + 1), element.place());
        Integer slot = variables.slot(variable);
        if (slot != null) {
            return new Expression.Path(slot, parts, false);
        }
        return switch (variable) {
            case "ROOT", "CURRENT" -> ofEvent(parts);
            case "REMOVE" -> new Constant(Value.MISSING);
            default -> {
                if (FROM_SERVER.contains(variable)) {
                    yield onServer("$$" + variable);
                }
                throw element.place().reject("there is no variable $$" + variable);
            }
        };
    }

    /** A top-level field of the event by its name. */
    Expression eventField(String name) {
        fields.add(name);
        List<byte[]> parts = List.of(name.getBytes(StandardCharsets.UTF_8));
        return new Expression.Path(Expression.Path.ROOT, parts, false);
    }

    private Expression ofEvent(List<byte[]> parts) {
        if (parts.isEmpty()) {
            wholeEvent = true;
        } else {
            fields.add(new String(parts.get(0), StandardCharsets.UTF_8));
        }
        return new Expression.Path(Expression.Path.ROOT, parts, !parts.isEmpty());
    }

    private static List<byte[]> parts(String path, Place place) {
        List<byte[]> parts = new ArrayList<>();
        for (String part : path.split("\\.", -1)) {
            if (part.isEmpty()) {
                throw place.reject("a field path has no empty components; a lone dollar is written {$literal: \"$\"}");
            }
            if (part.startsWith("$") && !DOLLAR_NAMES.contains(part)) {
                throw place.reject("a component of a field path cannot start with a dollar; use $getField");
            }
            if (part.indexOf('\0') >= 0) {
                throw place.reject("a field path cannot hold a character with code 0");
            }
            parts.add(part.getBytes(StandardCharsets.UTF_8));
        }
        return parts;
    }

    Expression array(List<Expression> elements) {
        boolean constant = elements.stream().allMatch(Constant.class::isInstance);
        Expression array = new Expression.NewArray(elements);
        return constant ? new Constant(array.evaluate(VariableScope.of(Value.MISSING))) : array;
    }

    private Expression object(Element object, Variables variables) {
        List<Element> elements = object.elements();
        Element first = object.first();
        if (first == null) {
            return new Constant(value(object));
        }
        if (first.name().startsWith("$")) {
            if (elements.size() > 1) {
                throw object.place().reject("a document with an operator holds that operator and nothing else");
            }
            return operation(first, variables);
        }
        Map<String, Expression> parsed = new LinkedHashMap<>();
        for (Element element : elements) {
            String name = element.name();
            if (name.isEmpty() || name.startsWith("$") && !DOLLAR_NAMES.contains(name) || name.indexOf('.') >= 0) {
                throw element.place()
                        .reject("a field of a document in an expression is not empty, starts with no dollar and holds"
                                + " no dot");
            }
            if (parsed.put(name, parse(element, variables)) != null) {
                throw element.place().reject("a field stands twice in a document");
            }
        }
        Expression document = new Expression.NewDocument(parsed);
        boolean constant = parsed.values().stream().allMatch(Constant.class::isInstance);
        return constant ? new Constant(document.evaluate(VariableScope.of(Value.MISSING))) : document;
    }

    private Expression operation(Element operator, Variables variables) {
        Expression special = forms.parse(operator, variables);
        if (special != null) {
            return special;
        }
        Operator known = Operators.named(operator.name());
        if (known != null) {
            return apply(known, operands(operator, known.least(), known.most(), variables), operator.place());
        }
        KnownOperators.Arity arity = KnownOperators.arity(operator.name());
        if (arity == null) {
            throw operator.place().reject("there is no expression " + operator.name());
        }
        if (operator.name().equals("$toHashedIndexKey")) {
            // An array is the one value that it hashes, not a list of operands.
            parse(operator, variables);
        } else if (arity.plain()) {
            requireValue(operator, operands(operator, arity.least(), arity.most(), variables));
        } else {
            NamedArguments.check(operator, this, variables);
        }
        canFail = true;
        return onServer(operator.name());
    }

    /** Refuses constants of which an operator that is not evaluated here has no value. */
    private void requireValue(Element operator, List<Expression> operands) {
        List<Value> constants = operands.stream()
                .filter(Constant.class::isInstance)
                .map(operand -> ((Constant) operand).value())
                .toList();
        boolean known = constants.size() == operands.size()
                || operator.name().equals("$indexOfArray") && operands.get(0) instanceof Constant;
        if (known && ConstantOperands.areWithoutValue(operator.name(), constants)) {
            refuse(operator.place().reject(operator.name() + " has no value of these constants"));
        }
    }

    /** Refuses named constants, none of them null, of which an operator has no value. */
    void requireValue(Element operator, List<String> names, List<Value> constants) {
        for (int i = 0; i < names.size(); i++) {
            if (!ConstantOperands.isPossible(operator.name(), names.get(i), constants.get(i))) {
                refuse(operator.place().reject(operator.name() + " has no value of this " + names.get(i)));
                return;
            }
        }
    }

    /** Unless it turns out that what has no value is not needed. */
    void refuse(Rejected rejected) {
        if (failures == null) {
            throw rejected;
        }
        failures.add(rejected);
    }

    /** The operands of an operator: an array of them, or one. */
    List<Expression> operands(Element operator, int least, int most, Variables variables) {
        List<Expression> operands =
                operator.is(Types.ARRAY) ? all(operator.elements(), variables) : List.of(parse(operator, variables));
        if (operands.size() < least || operands.size() > most) {
            String count = least == most
                    ? "exactly " + least
                    : most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
            throw operator.place()
                    .reject(operator.name() + " takes " + count + " operands, but has " + operands.size());
        }
        return operands;
    }

    private Expression apply(Operator operator, List<Expression> operands, Place place) {
        if (!operator.name().equals("$setEquals") && operands.stream().allMatch(Constant.class::isInstance)) {
            return folded(operator, operands, place);
        }
        requireConstantArrays(operator, operands, place);
        List<Expression> combined = operator.name().equals("$setEquals")
                ? constantFirst(operands)
                : Combining.isPossible(operator, operands)
                        ? new Combining(operator, constants -> folded(operator, constants, place)).combine(operands)
                        : operands;
        if (operator.canFail() && !isSafe(operator, combined)) {
            canFail = true;
        }
        return operator.inTurn() ? new Expression.InTurn(operator, combined) : new Expression.Apply(operator, combined);
    }

    /** Constants that must be arrays are looked at when a stream is opened. */
    private void requireConstantArrays(Operator operator, List<Expression> operands, Place place) {
        List<Expression> arrays = switch (operator.name()) {
            case "$setEquals" -> operands;
            case "$setIsSubset" -> operands.subList(1, 2);
            default -> List.of();
        };
        if (arrays.stream().anyMatch(operand -> operand instanceof Constant && !isArray(operand))) {
            refuse(place.reject("the operands of " + operator.name() + " are arrays"));
        }
    }

    /** The server compares the other operands with the constant set. */
    private static List<Expression> constantFirst(List<Expression> operands) {
        List<Expression> ordered = new ArrayList<>(operands);
        operands.stream().filter(Constant.class::isInstance).findFirst().ifPresent(constant -> {
            ordered.remove(constant);
            ordered.add(0, constant);
        });
        return ordered;
    }

    private static boolean isSafe(Operator operator, List<Expression> operands) {
        return operator.name().equals("$in") && isArray(operands.get(1));
    }

    private static boolean isArray(Expression expression) {
        return expression instanceof Expression.NewArray
                || expression instanceof Constant constant && constant.value().is(Types.ARRAY);
    }

    private Expression folded(Operator operator, List<Expression> operands, Place place) {
        try {
            return new Constant(operator.function().apply(Expression.all(operands, VariableScope.of(Value.MISSING))));
        } catch (EvaluationFailed failed) {
            if (failed.code() == EvaluationFailed.ONLY_SERVER_KNOWS) {
                return onServer(operator.name() + " of a constant: " + failed.reason());
            }
            refuse(place.reject("this has no value: " + failed.reason()));
            return new Expression.Apply(operator, operands);
        }
    }

    /** An expression that may turn out not to be needed; until then, a constant in it may have no value. */
    record Possible(Expression expression, List<Rejected> failures) {}

    Possible possible(Element element, Variables variables) {
        List<Rejected> before = failures;
        List<Rejected> own = new ArrayList<>();
        failures = own;
        try {
            return new Possible(parse(element, variables), own);
        } finally {
            failures = before;
        }
    }

    /** The expression is needed. */
    Expression needed(Possible possible) {
        if (failures != null) {
            failures.addAll(possible.failures());
        } else if (!possible.failures().isEmpty()) {
            throw possible.failures().get(0);
        }
        return possible.expression();
    }

    static @Nullable Value constant(Expression expression) {
        return expression instanceof Constant constant ? constant.value() : null;
    }
}
