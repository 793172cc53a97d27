package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.syntax.Element;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the arguments of operators that only the server evaluates and that give their arguments names. */
final class NamedArguments {

    /**
     * What an operator takes.
     *
     * @param onlyNamed false if it also takes one operand without a name
     */
    private record Names(Set<String> required, Set<String> optional, boolean onlyNamed) {}

    private static final Map<String, Names> ALL = new HashMap<>();
    /** These are no expressions. */
    private static final Set<String> PLAIN = Set.of("sortBy", "useLongestLength");

    private static final Set<String> UNFOLDED =
            Set.of("$minN", "$maxN", "$firstN", "$lastN", "$setField", "$unsetField");
    private static final Pattern METADATA =
            Pattern.compile("(text|rand|search|geoNear|record|index|sort|time|vector|score|stream)[A-Za-z]*");

    static {
        add("convert", "input to", "onError onNull");
        add("dateAdd dateSubtract", "startDate unit amount", "timezone");
        add("dateDiff", "startDate endDate unit", "timezone startOfWeek");
        add(
                "dateFromParts",
                "",
                "year isoWeekYear month isoWeek day isoDayOfWeek hour minute second millisecond timezone");
        add("dateFromString", "dateString", "format timezone onError onNull");
        add("dateToParts", "date", "timezone iso8601");
        add("dateToString", "date", "format timezone onNull");
        add("dateTrunc", "date unit", "binSize timezone startOfWeek");
        add("regexFind regexFindAll", "input regex", "options");
        add("replaceOne replaceAll", "input find replacement", "");
        add("trim ltrim rtrim", "input", "chars");
        add("setField", "field input value", "");
        add("unsetField", "field input", "");
        add("sortArray", "input sortBy", "");
        add("function", "body args lang", "");
        add("zip", "inputs", "useLongestLength defaults");
        add("minN maxN firstN lastN", "n input", "");
        add(
                "dayOfMonth dayOfWeek dayOfYear hour isoDayOfWeek isoWeek isoWeekYear millisecond minute month second week year",
                new Names(Set.of("date"), Set.of("timezone"), false));
    }

    private NamedArguments() {}

    static Set<String> operators() {
        return ALL.keySet();
    }

    /** Throws {@link dev.onchange.engine.match.syntax.Rejected} if the server refuses what the operator is given. */
    static void check(Element operator, ExpressionParser parser, Variables variables) {
        if (operator.name().equals("$meta")
                && !(operator.is(Types.STRING)
                        && METADATA.matcher(operator.text()).matches())) {
            throw operator.place().reject("$meta takes the name of a kind of metadata");
        }
        if (operator.name().equals("$rand") && (isScalar(operator) || operator.first() != null)) {
            throw operator.place().reject("$rand takes an empty document");
        }
        Names names = ALL.get(operator.name());
        if (names == null) {
            return;
        }
        if (names.onlyNamed || isNamed(operator)) {
            named(operator, names, parser, variables);
        } else {
            List<Expression> operands = parser.operands(operator, 1, 1, variables);
            Value date = ExpressionParser.constant(operands.get(0));
            if (date != null && !date.isNullish() && !ConstantOperands.isDate(date)) {
                parser.refuse(operator.place().reject(operator.name() + " takes a date"));
            }
        }
    }

    private static boolean isScalar(Element element) {
        return !element.is(Types.OBJECT) && !element.is(Types.ARRAY);
    }

    private static boolean isNamed(Element operator) {
        Element first = firstField(operator);
        return operator.is(Types.OBJECT) && (first == null || !first.name().startsWith("$"));
    }

    private static @Nullable Element firstField(Element operator) {
        return operator.is(Types.OBJECT) ? operator.first() : null;
    }

    private static void named(Element operator, Names names, ExpressionParser parser, Variables variables) {
        if (!operator.is(Types.OBJECT)) {
            throw operator.place().reject(operator.name() + " takes a document with named arguments");
        }
        Set<String> missing = new HashSet<>(names.required);
        Map<String, Expression> parsed = new LinkedHashMap<>();
        for (Element argument : operator.elements()) {
            if (!names.required.contains(argument.name()) && !names.optional.contains(argument.name())) {
                if (operator.name().equals("$function")) {
                    continue; // the server does not look at others
                }
                throw argument.place().reject(operator.name() + " has no argument " + argument.name());
            }
            missing.remove(argument.name());
            if (!PLAIN.contains(argument.name())) {
                parsed.put(argument.name(), parse(operator, argument, parser, variables));
            }
        }
        if (!missing.isEmpty()) {
            throw operator.place().reject(operator.name() + " needs an argument " + String.join(", ", missing));
        }
        if (operator.name().equals("$dateFromParts")) {
            calendar(operator);
        }
        ArgumentShapes.check(operator, parsed);
        List<Value> constants = constants(parsed);
        if (constants.size() == parsed.size() && constants.stream().noneMatch(Value::isNullish)) {
            parser.requireValue(operator, parsed.keySet().stream().toList(), constants);
        }
    }

    private static List<Value> constants(Map<String, Expression> parsed) {
        return parsed.values().stream()
                .map(ExpressionParser::constant)
                .flatMap(Stream::ofNullable)
                .toList();
    }

    /** What is constant in them the server leaves alone in some operators, and so cannot refuse it. */
    private static Expression parse(Element operator, Element argument, ExpressionParser parser, Variables variables) {
        return UNFOLDED.contains(operator.name())
                ? parser.possible(argument, variables).expression()
                : parser.parse(argument, variables);
    }

    /** A date is given by its year, month and day, or by the year, week and day of the ISO calendar. */
    private static void calendar(Element operator) {
        boolean year = operator.get("year") != null;
        Set<String> others = year ? Set.of("isoWeekYear", "isoWeek", "isoDayOfWeek") : Set.of("month", "day");
        boolean mixed = operator.elements().stream().anyMatch(argument -> others.contains(argument.name()));
        if (mixed || !year && operator.get("isoWeekYear") == null) {
            throw operator.place()
                    .reject("$dateFromParts needs year, month and day or isoWeekYear, isoWeek and"
                            + " isoDayOfWeek, of which only the year is required");
        }
    }

    private static void add(String operators, String required, String optional) {
        add(operators, new Names(words(required), words(optional), true));
    }

    private static void add(String operators, Names names) {
        for (String operator : words(operators)) {
            ALL.put("$" + operator, names);
        }
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split(" ", -1));
    }
}
