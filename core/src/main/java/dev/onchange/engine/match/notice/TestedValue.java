package dev.onchange.engine.match.notice;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Values of which a field must equal one, or compare with it, for a filter to match.
 *
 * @param path the field's
 * @param operator how it is compared: {@code $in} of several values, {@code $eq} where none is written
 * @param values none if the list is empty
 * @param inExpression whether it stands in {@code $expr}, where an array is compared as a whole
 */
record TestedValue(String path, String operator, List<BsonValue> values, boolean inExpression) {

    private static final Set<String> COMPARISONS = Set.of("$eq", "$gt", "$gte", "$lt", "$lte");

    private static final Set<String> OF_SEVERAL = Set.of("$in", "$all");

    private TestedValue(String path, String operator, BsonValue value) {
        this(path, operator, List.of(value), false);
    }

    /** Those of a filter, without negated ones. */
    static List<TestedValue> of(BsonDocument filter) {
        List<TestedValue> found = new ArrayList<>();
        add(filter, found);
        return found;
    }

    private static void add(BsonDocument filter, List<TestedValue> found) {
        filter.forEach((key, value) -> {
            if (key.equals("$and") || key.equals("$or")) {
                value.asArray().forEach(branch -> add(branch.asDocument(), found));
            } else if (key.equals("$expr")) {
                addOfExpression(value, found);
            }
        });
        found.addAll(ofFields(filter));
    }

    /** The same without those in {@code $and} and {@code $or}. */
    static List<TestedValue> ofFields(BsonDocument filter) {
        List<TestedValue> found = new ArrayList<>();
        filter.forEach((key, value) -> {
            if (!key.startsWith("$")) {
                addOfPath(key, value, found);
            }
        });
        return found;
    }

    private static void addOfPath(String path, BsonValue value, List<TestedValue> found) {
        if (!value.isDocument() || isLiteral(value.asDocument())) {
            found.add(new TestedValue(path, "$eq", value));
            return;
        }
        value.asDocument().forEach((operator, operand) -> {
            if (COMPARISONS.contains(operator) || operator.equals("$regex")) {
                found.add(new TestedValue(path, operator, operand));
            } else if (OF_SEVERAL.contains(operator) && operand.isArray()) {
                found.add(new TestedValue(path, operator, List.copyOf(operand.asArray()), false));
            } else if (operator.equals("$elemMatch") && operand.isDocument()) {
                addOfElement(path, operand.asDocument(), found);
            }
        });
    }

    /** Operators are for the element itself, names for its fields. */
    private static void addOfElement(String path, BsonDocument condition, List<TestedValue> found) {
        condition.forEach((key, value) -> {
            if (key.startsWith("$")) {
                addOfPath(path, new BsonDocument(key, value), found);
            } else {
                addOfPath(path + "." + key, value, found);
            }
        });
    }

    private static void addOfExpression(BsonValue expression, List<TestedValue> found) {
        if (!expression.isDocument() || expression.asDocument().size() != 1) {
            return;
        }
        String operator = expression.asDocument().getFirstKey();
        if (!(expression.asDocument().get(operator) instanceof BsonArray operands)) {
            return;
        }
        if (operator.equals("$and") || operator.equals("$or")) {
            operands.forEach(operand -> addOfExpression(operand, found));
        } else if (COMPARISONS.contains(operator) && operands.size() == 2) {
            addOfComparison(operator, operands.get(0), operands.get(1), found);
            addOfComparison(operator, operands.get(1), operands.get(0), found);
        }
    }

    private static void addOfComparison(String operator, BsonValue field, BsonValue constant, List<TestedValue> found) {
        if (isField(field) && isConstant(constant)) {
            found.add(new TestedValue(field.asString().getValue().substring(1), operator, List.of(constant), true));
        }
    }

    /** Whether it is a field, and no variable. */
    private static boolean isField(BsonValue value) {
        if (!value.isString()) {
            return false;
        }
        String text = value.asString().getValue();
        return text.length() > 1 && text.charAt(0) == '$' && text.charAt(1) != '$';
    }

    /** Documents and arrays of constants are left out: they may have fields and expressions within. */
    private static boolean isConstant(BsonValue value) {
        return !value.isDocument()
                && !value.isArray()
                && !(value.isString() && value.asString().getValue().startsWith("$"));
    }

    /** Whether the field must equal one of the values. */
    boolean byEquality() {
        return operator.equals("$eq") || OF_SEVERAL.contains(operator);
    }

    /** Whether it is the value itself, and not what is said of the value. */
    private static boolean isLiteral(BsonDocument value) {
        return value.isEmpty() || !value.getFirstKey().startsWith("$");
    }
}
