package dev.onchange.engine.match;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;

/** Conditions on an array as such. */
final class ArrayTests {

    private ArrayTests() {}

    /** {@code $size}. */
    record Size(int size) implements ValueTest {

        @Override
        public boolean test(byte[] bytes, int type, int at) {
            return type == Types.ARRAY && Raw.count(bytes, at) == size;
        }
    }

    /** {@code $elemMatch} whose operand is a filter: some element is a document, or an array taken for one, that matches it. */
    record ElementMatches(Node filter) implements ValueTest {

        @Override
        public boolean test(byte[] bytes, int type, int at) {
            if (type != Types.ARRAY) {
                return false;
            }
            int element = Raw.first(at);
            while (bytes[element] != 0) {
                int elementType = bytes[element];
                int value = Raw.value(bytes, element);
                if ((elementType == Types.OBJECT || elementType == Types.ARRAY) && filter.matches(bytes, value)) {
                    return true;
                }
                element = Raw.next(bytes, elementType, value);
            }
            return false;
        }
    }

    /** {@code $elemMatch} whose operand holds operators: some element satisfies all of them. */
    record ElementSatisfies(Node operators) implements ValueTest {

        @Override
        public boolean test(byte[] bytes, int type, int at) {
            if (type != Types.ARRAY) {
                return false;
            }
            int element = Raw.first(at);
            while (bytes[element] != 0) {
                int elementType = bytes[element];
                int value = Raw.value(bytes, element);
                if (operators.matchesValue(bytes, elementType, value)) {
                    return true;
                }
                element = Raw.next(bytes, elementType, value);
            }
            return false;
        }
    }
}
