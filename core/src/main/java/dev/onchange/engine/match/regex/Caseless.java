package dev.onchange.engine.match.regex;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which characters are one character where case does not count. Letters about which the Unicode versions of servers differ are not
 * known here: the server must be asked. Seen on 6.0.5 for each character that has a case.
 */
final class Caseless {

    private static final List<int[]> SETS = List.of(
            new int[] {'K', 'k', 0x212a},
            new int[] {'S', 's', 0x17f},
            new int[] {0xb5, 0x39c, 0x3bc},
            new int[] {0xc5, 0xe5, 0x212b},
            new int[] {0xdf, 0x1e9e},
            new int[] {0x345, 0x399, 0x3b9, 0x1fbe},
            new int[] {0x392, 0x3b2, 0x3d0},
            new int[] {0x395, 0x3b5, 0x3f5},
            new int[] {0x398, 0x3b8, 0x3d1, 0x3f4},
            new int[] {0x39a, 0x3ba, 0x3f0},
            new int[] {0x3a0, 0x3c0, 0x3d6},
            new int[] {0x3a1, 0x3c1, 0x3f1},
            new int[] {0x3a3, 0x3c2, 0x3c3},
            new int[] {0x3a6, 0x3c6, 0x3d5},
            new int[] {0x3a9, 0x3c9, 0x2126});
    private static final String ALONE = "\u0130\u0131\u0149";
    /** These got a third form, or a second one, after the Unicode version of some servers. */
    private static final String UNSETTLED =
            "\u0390\u03b0\u0412\u0432\u0414\u0434\u041e\u043e\u0421\u0441\u0422\u0442\u042a\u044a";

    private Caseless() {}

    /** The characters equal to this one, itself included; null if servers may not agree. */
    static int @Nullable [] equivalents(int point) {
        for (int[] set : SETS) {
            for (int member : set) {
                if (member == point) {
                    return set;
                }
            }
        }
        int lower = Character.toLowerCase(point);
        int upper = Character.toUpperCase(point);
        if (ALONE.indexOf(point) >= 0 || hasNoCase(point, lower, upper)) {
            return new int[] {point};
        }
        return isSettled(point) ? new int[] {lower, upper} : null;
    }

    private static boolean hasNoCase(int point, int lower, int upper) {
        int type = Character.getType(point);
        // a letter whose case Java does not know may have got one in a later Unicode version
        return lower == point
                && upper == point
                && type != Character.LOWERCASE_LETTER
                && type != Character.UPPERCASE_LETTER
                && type != Character.TITLECASE_LETTER
                && type != Character.UNASSIGNED
                && type != Character.PRIVATE_USE;
    }

    private static boolean isSettled(int point) {
        boolean range = point < 0x180 || point >= 0x386 && point <= 0x3ce || point >= 0x400 && point <= 0x45f;
        return range && UNSETTLED.indexOf(point) < 0;
    }
}
