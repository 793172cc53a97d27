package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.expr.Operator.Order;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The operators that are evaluated here. */
final class Operators {

    private static final int ANY = Integer.MAX_VALUE;
    private static final Map<String, Operator> ALL = new HashMap<>();

    static {
        comparison("$eq", order -> order == 0);
        comparison("$ne", order -> order != 0);
        comparison("$gt", order -> order > 0);
        comparison("$gte", order -> order >= 0);
        comparison("$lt", order -> order < 0);
        comparison("$lte", order -> order <= 0);
        safe("$cmp", 2, 2, operands -> Value.of(operands.get(0).compare(operands.get(1))));
        safe("$not", 1, 1, operands -> Value.of(!operands.get(0).isTrue()));
        safe("$type", 1, 1, operands -> Value.of(operands.get(0).typeName()));
        safe("$isArray", 1, 1, operands -> Value.of(operands.get(0).is(Types.ARRAY)));
        safe("$isNumber", 1, 1, operands -> Value.of(operands.get(0).isNumber()));
        safe("$toBool", 1, 1, Conversions::toBool);
        fixed("$subtract", 2, Arithmetic::subtract);
        fixed("$divide", 2, Arithmetic::divide);
        fixed("$mod", 2, Arithmetic::modulo);
        fixed("$abs", 1, Arithmetic::absolute);
        fixed("$ceil", 1, Arithmetic::ceiling);
        fixed("$floor", 1, Arithmetic::floor);
        fixed("$toInt", 1, Conversions::toInt);
        fixed("$toLong", 1, Conversions::toLong);
        fixed("$in", 2, Arrays::contains);
        fixed("$size", 1, Arrays::size);
        fixed("$arrayElemAt", 2, Arrays::element);
        fixed("$first", 1, Arrays::first);
        fixed("$last", 1, Arrays::last);
        fixed("$objectToArray", 1, Arrays::fieldsOf);
        fixed("$toLower", 1, Strings::lower);
        fixed("$toUpper", 1, Strings::upper);
        fixed("$strcasecmp", 2, Strings::compareCaseless);
        fixed("$strLenCP", 1, Strings::codePoints);
        fixed("$strLenBytes", 1, Strings::byteCount);
        fixed("$setIsSubset", 2, Sets::isSubset);
        fixed("$setDifference", 2, Sets::difference);
        fixed("$anyElementTrue", 1, Sets::anyTrue);
        fixed("$allElementsTrue", 1, Sets::allTrue);
        add(new Operator("$setEquals", 2, ANY, Order.FIXED, true, Sets::equals));
        add(new Operator("$mergeObjects", 0, ANY, Order.FIXED, true, Arrays::merge));
        add(new Operator("$add", 0, ANY, Order.COMMUTATIVE, true, Sum::add));
        add(new Operator("$sum", 0, ANY, Order.COMMUTATIVE, false, Sum::total));
        add(new Operator("$avg", 0, ANY, Order.FIXED, false, Sum::average));
        add(new Operator("$multiply", 0, ANY, Order.COMMUTATIVE, true, Arithmetic::multiply));
        add(new Operator("$setUnion", 0, ANY, Order.COMMUTATIVE, true, Sets::union));
        add(new Operator("$setIntersection", 0, ANY, Order.COMMUTATIVE, true, Sets::intersection));
        add(new Operator("$max", 0, ANY, Order.COMMUTATIVE, false, Sets::greatest));
        add(new Operator("$min", 0, ANY, Order.COMMUTATIVE, false, Sets::least));
        add(new Operator("$concat", 0, ANY, Order.ASSOCIATIVE, true, Strings::concatenate));
        add(new Operator("$concatArrays", 0, ANY, Order.ASSOCIATIVE, true, Arrays::concatenate));
    }

    private Operators() {}

    static @Nullable Operator named(String name) {
        return ALL.get(name);
    }

    private static void comparison(String name, IntPredicate wanted) {
        safe(name, 2, 2, operands -> Value.of(wanted.test(operands.get(0).compare(operands.get(1)))));
    }

    private static void safe(String name, int least, int most, Function<List<Value>, Value> function) {
        add(new Operator(name, least, most, Order.FIXED, false, function));
    }

    private static void fixed(String name, int count, Function<List<Value>, Value> function) {
        add(new Operator(name, count, count, Order.FIXED, true, function));
    }

    private static void add(Operator operator) {
        ALL.put(operator.name(), operator);
    }
}
