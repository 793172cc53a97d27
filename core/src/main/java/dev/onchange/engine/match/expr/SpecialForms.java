package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.expr.Expression.Constant;
import dev.onchange.engine.match.syntax.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Parses operators whose operands are not all evaluated, or have names. */
final class SpecialForms {

    private final ExpressionParser parser;

    SpecialForms(ExpressionParser parser) {
        this.parser = parser;
    }

    /** Null for an operator that is none of these. */
    @Nullable
    Expression parse(Element operator, Variables variables) {
        return switch (operator.name()) {
            case "$literal", "$const" -> new Constant(ExpressionParser.value(operator));
            case "$and" -> logical(operator, false, variables);
            case "$or" -> logical(operator, true, variables);
            case "$cond" -> conditional(operator, variables);
            case "$ifNull" -> ifNull(operator, variables);
            case "$switch" -> branches(operator, variables);
            case "$let" -> let(operator, variables);
            case "$map" -> each(operator, "in", variables);
            case "$filter" -> each(operator, "cond", variables);
            case "$reduce" -> reduce(operator, variables);
            case "$getField" -> field(operator, variables);
            case "$regexMatch" -> regex(operator, variables);
            default -> null;
        };
    }

    private Expression logical(Element operator, boolean deciding, Variables variables) {
        List<Expression> rest = new ArrayList<>();
        boolean constants = false;
        for (Expression operand : parser.operands(operator, 0, Integer.MAX_VALUE, variables)) {
            Value value = ExpressionParser.constant(operand);
            if (value == null) {
                rest.addAll(
                        operand instanceof Expression.Logical nested && nested.deciding() == deciding
                                ? nested.operands()
                                : List.of(operand));
            } else if (value.isTrue() == deciding) {
                return new Constant(Value.of(deciding));
            } else {
                constants = true;
            }
        }
        if (rest.isEmpty()) {
            return new Constant(Value.of(!deciding));
        }
        return rest.size() == 1 && constants
                ? new Expression.Function1(rest.get(0), value -> Value.of(value.isTrue()))
                : new Expression.Logical(deciding, rest);
    }

    private Expression conditional(Element operator, Variables variables) {
        List<Expression> parts;
        if (operator.is(Types.OBJECT)) {
            Map<String, Element> named =
                    arguments(operator, Set.of("if", "then", "else"), Set.of("if", "then", "else"));
            parts = parser.all(named.values().stream().toList(), variables);
            checkReplaced(operator, named, name -> variables);
            List<String> names = List.copyOf(named.keySet());
            parts = List.of(
                    parts.get(names.indexOf("if")), parts.get(names.indexOf("then")), parts.get(names.indexOf("else")));
        } else {
            parts = parser.operands(operator, 3, 3, variables);
        }
        Value condition = ExpressionParser.constant(parts.get(0));
        return condition == null
                ? new Expression.Conditional(parts.get(0), parts.get(1), parts.get(2))
                : parts.get(condition.isTrue() ? 1 : 2);
    }

    private Expression ifNull(Element operator, Variables variables) {
        List<Expression> operands = parser.operands(operator, 2, Integer.MAX_VALUE, variables);
        List<Expression> needed = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            Value value = ExpressionParser.constant(operands.get(i));
            if (value == null || !value.isNullish() || i + 1 == operands.size()) {
                needed.add(operands.get(i));
            }
            if (value != null && !value.isNullish()) {
                break;
            }
        }
        return needed.size() == 1 ? needed.get(0) : new Expression.IfNull(needed);
    }

    private Expression branches(Element operator, Variables variables) {
        Map<String, Element> named = arguments(operator, Set.of("branches", "default"), Set.of());
        Element otherwise = named.get("default");
        checkReplaced(operator, Map.of("default", otherwise == null ? operator : otherwise), name -> variables);
        List<Expression> cases = new ArrayList<>();
        List<ExpressionParser.Possible> thens = new ArrayList<>();
        for (Element branch : listed(operator)) {
            Map<String, Element> parts = arguments(branch, Set.of("case", "then"), Set.of("case", "then"));
            checkReplaced(branch, parts, name -> variables);
            ExpressionParser.Possible condition = parser.possible(part(parts, "case"), variables);
            ExpressionParser.Possible then = parser.possible(part(parts, "then"), variables);
            boolean decided = !cases.isEmpty() && isTrue(cases.get(cases.size() - 1));
            if (!decided) {
                cases.add(parser.needed(condition));
                thens.add(then);
            }
        }
        if (cases.isEmpty()) {
            throw operator.place().reject("$switch needs at least one branch");
        }
        ExpressionParser.Possible last = otherwise == null
                ? new ExpressionParser.Possible(unmatched(parser), List.of())
                : parser.possible(otherwise, variables);
        Expression result = parser.needed(last);
        for (int i = cases.size() - 1; i >= 0; i--) {
            Value known = ExpressionParser.constant(cases.get(i));
            if (known == null) {
                result = new Expression.Conditional(cases.get(i), parser.needed(thens.get(i)), result);
            } else if (known.isTrue()) {
                result = parser.needed(thens.get(i));
            }
        }
        if (result == last.expression() && otherwise == null) {
            throw operator.place().reject("no branch of $switch can be taken, and it has no default");
        }
        return result;
    }

    /** Branches that stand in two lists count, too. */
    private static List<Element> listed(Element operator) {
        List<Element> branches = new ArrayList<>();
        for (Element list : operator.elements()) {
            if (list.name().equals("branches")) {
                if (!list.is(Types.ARRAY)) {
                    throw list.place().reject("the branches of $switch are an array");
                }
                branches.addAll(list.elements());
            }
        }
        return branches;
    }

    private static boolean isTrue(Expression expression) {
        Value known = ExpressionParser.constant(expression);
        return known != null && known.isTrue();
    }

    private static Element part(Map<String, Element> parts, String name) {
        Element part = parts.get(name);
        if (part == null) {
            throw new IllegalStateException(name);
        }
        return part;
    }

    /** What comes of no branch. */
    private static Expression unmatched(ExpressionParser parser) {
        parser.canFail();
        return new Expression.Function1(new Constant(Value.NULL), none -> {
            throw new EvaluationFailed(
                    40066, "$switch could not find a matching branch for an input, and no default was specified.");
        });
    }

    private Expression let(Element operator, Variables variables) {
        Map<String, Element> named = arguments(operator, Set.of("vars", "in"), Set.of("vars", "in"));
        Element vars = part(named, "vars");
        if (!vars.is(Types.OBJECT) && !vars.is(Types.ARRAY)) {
            throw vars.place().reject("the vars of $let are a document");
        }
        Variables inner = variables;
        Map<Integer, Expression> values = new LinkedHashMap<>();
        for (Element variable : vars.elements()) {
            int slot = parser.newSlot();
            values.put(slot, parser.parse(variable, variables));
            inner = inner.with(checked(variable.name(), variable), slot);
        }
        Expression result = parser.parse(part(named, "in"), inner);
        List<Integer> slots = new ArrayList<>(values.keySet());
        for (int i = slots.size() - 1; i >= 0; i--) {
            Expression value = values.get(slots.get(i));
            result = new Expression.Let(slots.get(i), Objects.requireNonNull(value), result);
        }
        return result;
    }

    private String checked(String name, Element where) {
        boolean valid = !name.isEmpty()
                && (name.charAt(0) >= 0x80 || Character.isLowerCase(name.charAt(0)) || name.equals("CURRENT"))
                && name.chars().allMatch(c -> c >= 0x80 || c == '_' || Character.isLetterOrDigit(c));
        if (!valid) {
            throw where.place().reject("a variable starts with a small letter, and has letters, digits and _ only");
        }
        if (name.equals("CURRENT")) {
            parser.onServer("$$CURRENT redefined");
        }
        return name;
    }

    private Expression each(Element operator, String body, Variables variables) {
        boolean filter = body.equals("cond");
        Map<String, Element> named = arguments(
                operator,
                filter ? Set.of("input", "as", "cond", "limit") : Set.of("input", "as", "in"),
                Set.of("input", body));
        Expression input = parser.parse(part(named, "input"), variables);
        Element as = named.get("as");
        if (as != null && !as.is(Types.STRING)) {
            throw as.place().reject("the name of a variable is a string");
        }
        int slot = parser.newSlot();
        Variables inner = variables.with(as == null ? "this" : checked(as.text(), as), slot);
        Expression each = parser.parse(part(named, body), inner);
        parser.canFail();
        if (named.containsKey("limit")) {
            return parser.onServer("the limit of $filter");
        }
        return new Expression.Each(slot, input, each, filter);
    }

    private Expression reduce(Element operator, Variables variables) {
        Set<String> names = Set.of("input", "initialValue", "in");
        Map<String, Element> named = arguments(operator, names, names);
        Expression input = parser.parse(part(named, "input"), variables);
        Expression initial = parser.parse(part(named, "initialValue"), variables);
        int value = parser.newSlot();
        int element = parser.newSlot();
        Variables inner = variables.with("value", value).with("this", element);
        Expression in = parser.parse(part(named, "in"), inner);
        checkReplaced(operator, named, name -> name.equals("in") ? inner : variables);
        parser.canFail();
        return new Expression.Reduce(input, initial, in, value, element);
    }

    private Expression field(Element operator, Variables variables) {
        Map<String, Element> named = operator.is(Types.OBJECT) && !isOperator(operator)
                ? arguments(operator, Set.of("field", "input"), Set.of("field", "input"))
                : Map.of("field", operator);
        if (named.containsKey("input")) {
            checkReplaced(operator, named, name -> variables);
        }
        Element written = part(named, "field");
        Value constant = ArgumentShapes.written(written, parser.parse(written, variables));
        if (constant == null || !constant.is(Types.STRING)) {
            throw operator.place()
                    .reject("the field of $getField is a constant string; with a dollar it is written {$literal: …}");
        }
        Element input = named.get("input");
        String field = constant.text();
        if (input == null && field.indexOf('\0') < 0) {
            return parser.eventField(field);
        }
        if (input == null) {
            // no name in a document holds a character with code 0
            return new Expression.Function1(new Constant(Value.MISSING), none -> none);
        }
        // the server does not compute its constant operands before it has an event
        ExpressionParser.Possible possible = parser.possible(input, variables);
        if (!possible.failures().isEmpty()) {
            parser.canFail();
        }
        return new Expression.Function1(possible.expression(), value -> Arrays.field(field, value));
    }

    private static boolean isOperator(Element document) {
        Element first = document.first();
        return first != null && first.name().startsWith("$");
    }

    private Expression regex(Element operator, Variables variables) {
        Set<String> names = Set.of("input", "regex", "options");
        Map<String, Element> named = arguments(operator, names, Set.of("input", "regex"));
        Expression input = parser.parse(part(named, "input"), variables);
        Expression regex = parser.parse(part(named, "regex"), variables);
        Element options = named.get("options");
        checkReplaced(operator, named, name -> variables);
        Expression flags = options == null ? new Constant(Value.NULL) : parser.parse(options, variables);
        parser.canFail();
        Value pattern = ExpressionParser.constant(regex);
        Value letters = ExpressionParser.constant(flags);
        return pattern == null || letters == null
                ? parser.onServer("$regexMatch")
                : RegexMatching.parse(input, pattern, letters, parser, operator);
    }

    /** Of arguments of one name these operators take the last, but the server reads them all. */
    private void checkReplaced(Element operator, Map<String, Element> named, Function<String, Variables> variables) {
        for (Element argument : operator.elements()) {
            Element last = named.get(argument.name());
            if (last != null && last.at() != argument.at()) {
                parser.possible(argument, variables.apply(argument.name()));
            }
        }
    }

    /** The named arguments of an operator, in the order in which they stand; the last of several of one name. */
    private static Map<String, Element> arguments(Element operator, Set<String> allowed, Set<String> required) {
        if (!operator.is(Types.OBJECT)) {
            throw operator.place().reject(operator.name() + " takes a document with named arguments");
        }
        Map<String, Element> named = new LinkedHashMap<>();
        for (Element argument : operator.elements()) {
            if (!allowed.contains(argument.name())) {
                throw argument.place().reject(operator.name() + " has no argument " + argument.name());
            }
            named.put(argument.name(), argument);
        }
        for (String name : required) {
            if (!named.containsKey(name)) {
                throw operator.place().reject(operator.name() + " needs an argument " + name);
            }
        }
        return named;
    }
}
