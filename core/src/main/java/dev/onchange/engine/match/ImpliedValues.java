package dev.onchange.engine.match;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Finds what an event that a filter matches has at single paths. Conditions that say nothing of the kind are passed over:
 * what is found follows from the filter, and never more.
 */
final class ImpliedValues {

    /** A beginning that a pattern without options demands, before anything that is more than a character. */
    private static final Pattern BEGINNING = Pattern.compile("\\^([A-Za-z0-9 _:/@#-]+)(?![*?{+])(?s:[^|]*)");

    private ImpliedValues() {}

    /** By path. */
    static Map<String, PathValues> of(BsonDocument filter) {
        Map<String, PathValues> implied = new LinkedHashMap<>();
        filter.forEach((key, operand) -> {
            Map<String, PathValues> more = switch (key) {
                case "$and" -> ofAll(documents(operand));
                case "$or" -> ofAny(documents(operand));
                case "$expr" -> ofExpression(operand);
                default -> key.startsWith("$") ? Map.of() : ofField(key, operand);
            };
            more.forEach((path, values) -> implied.merge(path, values, PathValues::and));
        });
        return implied;
    }

    private static Map<String, PathValues> ofAll(List<BsonDocument> parts) {
        Map<String, PathValues> implied = new LinkedHashMap<>();
        parts.forEach(part -> of(part).forEach((path, values) -> implied.merge(path, values, PathValues::and)));
        return implied;
    }

    private static Map<String, PathValues> ofAny(List<BsonDocument> branches) {
        return common(branches.stream().map(ImpliedValues::of).toList());
    }

    /** The paths that every branch says something of. */
    private static Map<String, PathValues> common(List<Map<String, PathValues>> branches) {
        Map<String, PathValues> common = new LinkedHashMap<>(branches.isEmpty() ? Map.of() : branches.get(0));
        for (Map<String, PathValues> branch : branches) {
            common.keySet().retainAll(branch.keySet());
            common.replaceAll((path, values) -> values.or(branch.getOrDefault(path, values)));
        }
        return common;
    }

    private static List<BsonDocument> documents(BsonValue operand) {
        return operand.isArray() && operand.asArray().stream().allMatch(BsonValue::isDocument)
                ? operand.asArray().stream().map(BsonValue::asDocument).toList()
                : List.of();
    }

    private static Map<String, PathValues> ofField(String path, BsonValue operand) {
        if (operand.isRegularExpression()) {
            return matching(
                    path,
                    operand.asRegularExpression().getPattern(),
                    operand.asRegularExpression().getOptions());
        }
        boolean operators = operand.isDocument()
                && !operand.asDocument().isEmpty()
                && operand.asDocument().getFirstKey().startsWith("$");
        if (!operators) {
            return equal(path, List.of(operand));
        }
        Map<String, PathValues> implied = new LinkedHashMap<>();
        operand.asDocument()
                .forEach((operator, value) -> ofOperator(path, operator, value, operand.asDocument())
                        .forEach((same, values) -> implied.merge(same, values, PathValues::and)));
        return implied;
    }

    private static Map<String, PathValues> ofOperator(
            String path, String operator, BsonValue value, BsonDocument beside) {
        return switch (operator) {
            case "$eq" -> equal(path, List.of(value));
            case "$in" -> value.isArray() ? equal(path, value.asArray()) : Map.of();
            case "$all" ->
                value.isArray()
                                && !value.asArray().isEmpty()
                                && Bound.of(value.asArray().get(0)) != null
                        ? equal(path, List.of(value.asArray().get(0)))
                        : Map.of();
            case "$gt", "$gte", "$lt", "$lte" -> {
                Range range = range(operator, value);
                yield range == null ? Map.of() : Map.of(path, PathValues.within(range));
            }
            case "$regex" -> {
                String options = beside.get("$options") instanceof BsonString text ? text.getValue() : "";
                yield value.isRegularExpression()
                        ? ofField(path, value)
                        : value.isString() ? matching(path, value.asString().getValue(), options) : Map.of();
            }
            default -> Map.of();
        };
    }

    /** Nothing if one of the values cannot be listed by {@code $in}, or stands for a field that is missing too. */
    private static Map<String, PathValues> equal(String path, List<BsonValue> values) {
        Set<BsonValue> listed = new LinkedHashSet<>(values);
        boolean listable = !listed.isEmpty() && listed.stream().allMatch(ImpliedValues::isListable);
        return listable ? Map.of(path, PathValues.of(listed)) : Map.of();
    }

    private static boolean isListable(BsonValue value) {
        return switch (value.getBsonType()) {
            case NULL, UNDEFINED, REGULAR_EXPRESSION -> false;
            case DOCUMENT ->
                value.asDocument().isEmpty()
                        || !value.asDocument().getFirstKey().startsWith("$");
            default -> true;
        };
    }

    /** A pattern is equal to itself too, where a document holds it. */
    private static Map<String, PathValues> matching(String path, String pattern, String options) {
        Matcher beginning = BEGINNING.matcher(options.isEmpty() ? pattern : "");
        String from = beginning.matches() ? beginning.group(1) : "";
        Range texts = new Range(Bound.of(new BsonString(from)), from.isEmpty() ? null : Bound.of(after(from)));
        return Map.of(path, new PathValues(Set.of(), List.of(texts), List.of(), true));
    }

    /** Greater than all texts with that beginning. */
    private static BsonString after(String beginning) {
        int last = beginning.length() - 1;
        return new BsonString(beginning.substring(0, last) + (char) (beginning.charAt(last) + 1));
    }

    private static @Nullable Range range(String operator, BsonValue value) {
        Bound bound = Bound.of(value);
        if (bound == null) {
            return null;
        }
        return operator.startsWith("$g") ? new Range(bound, null) : new Range(null, bound);
    }

    private static Map<String, PathValues> ofExpression(BsonValue expression) {
        if (!expression.isDocument() || expression.asDocument().size() != 1) {
            return Map.of();
        }
        String operator = expression.asDocument().getFirstKey();
        BsonValue operand = expression.asDocument().get(operator);
        if (operand == null || !operand.isArray()) {
            return Map.of();
        }
        List<BsonValue> arguments = operand.asArray();
        return switch (operator) {
            case "$and" -> {
                Map<String, PathValues> implied = new LinkedHashMap<>();
                arguments.forEach(argument ->
                        ofExpression(argument).forEach((path, values) -> implied.merge(path, values, PathValues::and)));
                yield implied;
            }
            case "$or" ->
                common(arguments.stream().map(ImpliedValues::ofExpression).toList());
            case "$eq", "$gt", "$gte", "$lt", "$lte" ->
                arguments.size() == 2 ? compared(operator, arguments.get(0), arguments.get(1)) : Map.of();
            case "$in" -> arguments.size() == 2 ? oneOf(arguments.get(0), arguments.get(1)) : Map.of();
            default -> Map.of();
        };
    }

    private static Map<String, PathValues> compared(String operator, BsonValue left, BsonValue right) {
        String path = path(left);
        if (path == null) {
            return path(right) == null ? Map.of() : compared(turned(operator), right, left);
        }
        BsonValue constant = constant(right);
        if (constant == null) {
            return Map.of();
        }
        if (operator.equals("$eq")) {
            // A filter finds an equal value in an array too, where an expression does not.
            return equal(path, List.of(constant));
        }
        Range range = range(operator, constant);
        return range == null ? Map.of() : Map.of(path, PathValues.ordered(range));
    }

    private static String turned(String operator) {
        return switch (operator) {
            case "$gt" -> "$lt";
            case "$gte" -> "$lte";
            case "$lt" -> "$gt";
            case "$lte" -> "$gte";
            default -> operator;
        };
    }

    private static Map<String, PathValues> oneOf(BsonValue left, BsonValue right) {
        String path = path(left);
        if (path == null || !right.isArray()) {
            return Map.of();
        }
        List<BsonValue> constants = new ArrayList<>();
        for (BsonValue value : right.asArray()) {
            BsonValue constant = constant(value);
            if (constant == null) {
                return Map.of();
            }
            constants.add(constant);
        }
        return equal(path, constants);
    }

    /** The path of a field; null for any other expression. */
    private static @Nullable String path(BsonValue expression) {
        String text = expression.isString() ? expression.asString().getValue() : "";
        return text.length() > 1 && text.startsWith("$") && text.indexOf('$', 1) < 0 ? text.substring(1) : null;
    }

    /** The value of an expression that is an ordered constant; null for any other. */
    private static @Nullable BsonValue constant(BsonValue expression) {
        boolean literal = expression.isDocument() && expression.asDocument().containsKey("$literal");
        BsonValue value = literal ? expression.asDocument().get("$literal", BsonNull.VALUE) : expression;
        boolean isPath =
                !literal && value.isString() && value.asString().getValue().startsWith("$");
        return isPath || Bound.of(value) == null ? null : value;
    }
}
