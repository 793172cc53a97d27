package dev.onchange.engine.match;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;
import dev.onchange.engine.match.regex.InvalidRegexException;
import dev.onchange.engine.match.regex.Regex;
import dev.onchange.engine.match.syntax.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the operands of single operators. */
final class Operands {

    private final Findings findings;

    Operands(Findings findings) {
        this.findings = findings;
    }

    In in(Element operand) {
        if (!operand.is(Types.ARRAY)) {
            throw operand.place().reject(operand.name() + " takes an array");
        }
        List<Element> values = new ArrayList<>();
        List<ValueTest> regexes = new ArrayList<>();
        for (Element value : operand.elements()) {
            if (FieldParser.isOperators(value)) {
                throw value.place().reject(operand.name() + " takes values, no operators; use $or");
            }
            if (value.is(Types.UNDEFINED)) {
                throw value.place().reject("nothing can be compared with undefined; compare with null");
            }
            if (value.is(Types.REGEX)) {
                regexes.add(regex(value));
            } else {
                values.add(value);
            }
        }
        return new In(values, regexes);
    }

    ValueTest size(Element operand) {
        OptionalLong size = whole(operand);
        if (size.isEmpty() || size.getAsLong() < 0 || size.getAsLong() > Integer.MAX_VALUE) {
            throw operand.place().reject("$size takes a whole number that is not negative and fits into 32 bits");
        }
        return new ArrayTests.Size((int) size.getAsLong());
    }

    Mod mod(Element operand) {
        List<Element> numbers = operand.is(Types.ARRAY) ? operand.elements() : List.of();
        if (numbers.size() != 2) {
            throw operand.place().reject("$mod takes an array of two numbers, divisor and remainder");
        }
        long divisor = truncated(numbers.get(0));
        if (divisor == 0) {
            throw numbers.get(0).place().reject("the divisor, rounded toward zero, must not be 0");
        }
        return new Mod(divisor, truncated(numbers.get(1)));
    }

    private static long truncated(Element number) {
        if (!number.isNumber()) {
            throw number.place().reject("$mod takes numbers only");
        }
        return Wholes.truncated(number.bytes(), number.type(), number.at())
                .orElseThrow(() -> number.place().reject("$mod takes numbers that fit into 64 bits"));
    }

    /** The bits of a mask, by position; null if servers do not agree on them. */
    int @Nullable [] bits(Element operand) {
        if (operand.is(Types.ARRAY)) {
            return operand.elements().stream().mapToInt(Operands::position).toArray();
        }
        if (operand.isNumber()) {
            OptionalLong mask = whole(operand);
            if (mask.isEmpty() || mask.getAsLong() < 0) {
                throw operand.place().reject("a bit mask is a whole number that is not negative and fits into 63 bits");
            }
            return positions(mask.getAsLong());
        }
        if (operand.is(Types.BINARY)) {
            return positions(operand);
        }
        throw operand.place().reject(operand.name() + " takes a number, binary data, or an array of bit positions");
    }

    private static int position(Element element) {
        OptionalLong position = whole(element);
        if (position.isEmpty() || position.getAsLong() < 0 || position.getAsLong() > Integer.MAX_VALUE) {
            throw element.place().reject("a bit position is a whole number from 0 to 2147483647");
        }
        return (int) position.getAsLong();
    }

    private static int[] positions(long mask) {
        int[] positions = new int[Long.bitCount(mask)];
        long rest = mask;
        for (int i = 0; i < positions.length; i++) {
            positions[i] = Long.numberOfTrailingZeros(rest);
            rest &= rest - 1;
        }
        return positions;
    }

    /** Null for a byte of 0x80 or more: the server reads it with its sign, and sets all higher bits, in one place of two. */
    private static int @Nullable [] positions(Element binary) {
        List<Integer> positions = new ArrayList<>();
        int length = Raw.int32(binary.bytes(), binary.at());
        for (int i = 0; i < length; i++) {
            byte bits = binary.bytes()[binary.at() + 5 + i];
            if (bits < 0) {
                return null;
            }
            for (int bit = 0; bit < 8; bit++) {
                if ((bits >> bit & 1) != 0) {
                    positions.add(8 * i + bit);
                }
            }
        }
        return positions.stream().mapToInt(Integer::intValue).toArray();
    }

    private static OptionalLong whole(Element number) {
        return number.isNumber() ? Wholes.exact(number.bytes(), number.type(), number.at()) : OptionalLong.empty();
    }

    ValueTest regex(Element regex) {
        return regex(regex, regex.pattern(), regex.options());
    }

    /** The regular expression of a document that holds {@code $regex} and perhaps {@code $options}. */
    ValueTest regexOf(Element document) {
        String pattern = "";
        String options = "";
        for (Element element : document.elements()) {
            if (element.name().equals("$regex")) {
                if (!element.is(Types.STRING) && !element.is(Types.REGEX)) {
                    throw element.place().reject("$regex takes a string or a regular expression");
                }
                pattern = element.is(Types.STRING) ? element.text() : element.pattern();
                String own = element.is(Types.REGEX) ? element.options() : "";
                options = oneOf(options, own, element);
            } else if (element.name().equals("$options")) {
                if (!element.is(Types.STRING)) {
                    throw element.place().reject("$options takes a string");
                }
                options = oneOf(options, element.text(), element);
            }
        }
        return regex(document, pattern, options);
    }

    private static String oneOf(String before, String now, Element element) {
        if (!before.isEmpty() && !(now.isEmpty() && element.name().equals("$regex"))) {
            throw element.place().reject("options stand both in $regex and in $options");
        }
        return now.isEmpty() ? before : now;
    }

    private ValueTest regex(Element where, String pattern, String options) {
        try {
            Regex regex = Regex.compile(pattern, options);
            regex.whyNotInProcess().ifPresent(why -> findings.onServer("/" + pattern + "/" + options + ": " + why));
            return new RegexMatch(regex, pattern, options);
        } catch (InvalidRegexException invalid) {
            throw where.place()
                    .reject("/" + pattern + "/" + options + " is no regular expression: " + invalid.reason());
        }
    }
}
