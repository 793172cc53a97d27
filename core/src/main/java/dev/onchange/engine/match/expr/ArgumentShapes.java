package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;
import dev.onchange.engine.match.expr.Expression.Constant;
import dev.onchange.engine.match.syntax.Element;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks arguments that are no plain expressions to the server, of operators that only it evaluates. Seen on 6.0.5. */
final class ArgumentShapes {

    private ArgumentShapes() {}

    /**
     * Throws {@link dev.onchange.engine.match.syntax.Rejected} if the server refuses what an operator is given.
     *
     * @param parsed those arguments that are expressions
     */
    static void check(Element operator, Map<String, Expression> parsed) {
        switch (operator.name()) {
            case "$setField", "$unsetField" -> name(operator, parsed.get("field"));
            case "$function" -> function(operator, parsed.get("body"));
            case "$regexFind", "$regexFindAll" -> pattern(operator, parsed);
            case "$sortArray" -> order(argument(operator, "sortBy"));
            case "$zip" -> zip(operator);
            default -> {}
        }
    }

    private static Element argument(Element operator, String name) {
        Element argument = operator.get(name);
        if (argument == null) {
            throw operator.place().reject(operator.name() + " needs an argument " + name);
        }
        return argument;
    }

    private static void name(Element operator, @Nullable Expression field) {
        Element written = argument(operator, "field");
        Value constant = written(written, field);
        if (constant == null || !constant.is(Types.STRING)) {
            throw written.place()
                    .reject("the field is a constant string; one that begins with a dollar is written {$literal: …}");
        }
    }

    /** The constant that is written there; null for one that would have to be computed. */
    static @Nullable Value written(Element written, @Nullable Expression parsed) {
        Element first = written.is(Types.OBJECT) ? written.first() : null;
        boolean literal =
                first == null || first.name().equals("$literal") || first.name().equals("$const");
        return literal && parsed instanceof Constant constant ? constant.value() : null;
    }

    private static void function(Element operator, @Nullable Expression body) {
        Element written = argument(operator, "body");
        Value constant = written(written, body);
        if (constant == null || !constant.is(Types.STRING) && !constant.is(Types.CODE)) {
            throw written.place().reject("the body of $function is a constant string, or code");
        }
        Element language = argument(operator, "lang");
        if (!language.is(Types.STRING) || !language.text().equals("js")) {
            throw language.place().reject("the only language of $function is \"js\"");
        }
    }

    private static void pattern(Element operator, Map<String, Expression> parsed) {
        Expression options = parsed.getOrDefault("options", new Constant(Value.NULL));
        if (parsed.get("regex") instanceof Constant pattern && options instanceof Constant letters) {
            RegexMatching.compile(pattern.value(), letters.value(), operator);
        }
    }

    private static void order(Element order) {
        if (order.is(Types.OBJECT)) {
            List<Element> fields = order.elements();
            if (fields.isEmpty() || !fields.stream().allMatch(ArgumentShapes::isDirection)) {
                throw order.place().reject("each field to sort by has the value 1 or -1, and there is one at least");
            }
            for (Element field : fields) {
                if (("." + field.name() + ".").contains("..")) {
                    throw field.place().reject("the path of a field to sort by has no empty components");
                }
            }
        } else if (!isDirection(order)) {
            throw order.place().reject("elements are sorted by 1, by -1, or by fields");
        }
    }

    private static boolean isDirection(Element element) {
        return element.isNumber()
                && Math.abs(Wholes.exact(element.bytes(), element.type(), element.at())
                                .orElse(0))
                        == 1;
    }

    private static void zip(Element operator) {
        int inputs = list(argument(operator, "inputs")).size();
        if (inputs == 0) {
            throw operator.place().reject("$zip needs one input at least");
        }
        Element flag = operator.get("useLongestLength");
        if (flag != null && !flag.is(Types.BOOL)) {
            throw flag.place().reject("this must be true or false");
        }
        Element defaults = operator.get("defaults");
        int count = defaults == null ? 0 : list(defaults).size();
        boolean longest = flag != null && flag.isTruthy();
        if (count > 0 && (!longest || count != inputs)) {
            throw operator.place().reject("defaults are as many as inputs, and need useLongestLength");
        }
    }

    private static List<Element> list(Element argument) {
        if (!argument.is(Types.ARRAY)) {
            throw argument.place().reject("this must be an array");
        }
        return argument.elements();
    }
}
