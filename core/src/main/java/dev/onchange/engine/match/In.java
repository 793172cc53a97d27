package dev.onchange.engine.match;

import dev.onchange.engine.bson.Hash;
import dev.onchange.engine.bson.Order;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.syntax.Element;
import java.util.Comparator;
import java.util.List;

/** {@code $in}: equal to one of the values, or matched by one of the regular expressions. */
final class In implements ValueTest {

    private final List<Element> values;
    private final long[] hashes;
    private final long brackets;
    private final boolean hasNull;
    private final List<ValueTest> regexes;

    In(List<Element> operands, List<ValueTest> regexes) {
        this.values =
                operands.stream().sorted(Comparator.comparingLong(In::hash)).toList();
        this.hashes = values.stream().mapToLong(In::hash).toArray();
        this.brackets = values.stream()
                .mapToLong(value -> bit(Types.bracket(value.type())))
                .reduce(0, (a, b) -> a | b);
        this.hasNull = operands.stream().anyMatch(value -> value.is(Types.NULL));
        this.regexes = List.copyOf(regexes);
    }

    List<Element> values() {
        return values;
    }

    boolean isOfValuesOnly() {
        return regexes.isEmpty() && !hasNull;
    }

    @Override
    public boolean test(byte[] bytes, int type, int at) {
        if (hasNull && Types.isNullish(type)) {
            return true;
        }
        if ((brackets & bit(Types.bracket(type))) != 0 && contains(bytes, type, at)) {
            return true;
        }
        for (int i = 0; i < regexes.size(); i++) {
            if (regexes.get(i).test(bytes, type, at)) {
                return true;
            }
        }
        return false;
    }

    private boolean contains(byte[] bytes, int type, int at) {
        long hash = Hash.of(bytes, type, at);
        for (int i = firstAtLeast(hash); i < hashes.length && hashes[i] == hash; i++) {
            Element value = values.get(i);
            if (Order.compare(bytes, type, at, value.bytes(), value.type(), value.at()) == 0) {
                return true;
            }
        }
        return false;
    }

    private int firstAtLeast(long hash) {
        int low = 0;
        int high = hashes.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (hashes[middle] < hash) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static long hash(Element value) {
        return Hash.of(value.bytes(), value.type(), value.at());
    }

    private static long bit(int bracket) {
        return 1L << (bracket % 64);
    }
}
