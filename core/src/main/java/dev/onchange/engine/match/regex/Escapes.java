package dev.onchange.engine.match.regex;

import java.util.regex.Pattern;

/** Reads what follows a backslash. */
final class Escapes {

    /**
     * Letters that stand for themselves in older engines and are refused by newer ones, or that only the server knows.
     * Among them: {@code \\S?\\v} does not find U+0085 on 6.0.5, because its engine takes the two for exclusive.
     */
    private static final String FOREIGN = "hHvVABFIJMOTYZijmqyzXCRKGcogkpP0123456789";

    private static final Pattern PROPERTY =
            Pattern.compile("Any|C[cfnos]?|L[lmotu&]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|X(an|ps|sp|uc|wd)");
    private static final Pattern SCRIPT = Pattern.compile("[A-Z][a-z]{2,}(_[A-Za-z][a-z]+)*");

    private Escapes() {}

    /**
     * The character that an escape stands for, or -1 for one that stands for something else. Then nothing is passed.
     */
    static int character(Cursor cursor) throws InvalidRegexException {
        int letter = cursor.peek();
        if (letter == Cursor.END) {
            throw new InvalidRegexException("\\ at the end of the pattern");
        }
        int control = switch (letter) {
            case 'a' -> 0x07;
            case 'e' -> 0x1b;
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> -1;
        };
        if (control >= 0) {
            cursor.next();
            return control;
        }
        if (letter == 'x') {
            cursor.next();
            return hexadecimal(cursor);
        }
        if (letter == 'L' || letter == 'l' || letter == 'U' || letter == 'u') {
            throw new InvalidRegexException("\\" + (char) letter + " is not supported; write \\x{…}");
        }
        boolean plain = letter >= 0x80 || !Character.isLetterOrDigit(letter);
        return plain ? cursor.next() : -1;
    }

    private static int hexadecimal(Cursor cursor) throws InvalidRegexException {
        if (!cursor.accept('{')) {
            int value = 0;
            for (int i = 0; i < 2 && Character.digit(ascii(cursor.peek()), 16) >= 0; i++) {
                value = value * 16 + Character.digit(cursor.next(), 16);
            }
            return value;
        }
        long value = -1;
        while (Character.digit(ascii(cursor.peek()), 16) >= 0) {
            value = Math.min(Math.max(value, 0) * 16 + Character.digit(cursor.next(), 16), Integer.MAX_VALUE);
        }
        if (value < 0 || !cursor.accept('}')) {
            throw new InvalidRegexException("\\x{…} takes hexadecimal digits");
        }
        if (value > Character.MAX_CODE_POINT || value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE) {
            throw new InvalidRegexException("there is no character with the code " + Long.toHexString(value));
        }
        return (int) value;
    }

    private static int ascii(int point) {
        return point >= 0x80 ? Cursor.END : point;
    }

    /**
     * Skips an escape of which only the server knows the meaning, as far as it reaches, and refuses an escape without
     * meaning.
     */
    static void pass(Cursor cursor) throws InvalidRegexException {
        int letter = cursor.next();
        switch (letter) {
            case 'c' -> control(cursor);
            case 'p', 'P' -> property(cursor);
            case 'o' -> {
                String digits = cursor.accept('{') ? cursor.until('}') : null;
                require(digits != null && digits.matches("[0-7]+"), "\\o takes octal digits in braces");
            }
            case 'g' -> reference(cursor);
            case 'k' -> name(cursor);
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> cursor.digits();
            default -> require(FOREIGN.indexOf(letter) >= 0, "\\" + Character.toString(letter) + " means nothing");
        }
    }

    private static void control(Cursor cursor) throws InvalidRegexException {
        int point = cursor.next();
        require(point != Cursor.END && point < 0x80, "\\c takes an ASCII character");
    }

    private static void property(Cursor cursor) throws InvalidRegexException {
        if (cursor.accept('{')) {
            String name = cursor.until('}');
            require(name != null && isProperty(name.startsWith("^") ? name.substring(1) : name), "malformed \\p");
        } else {
            int letter = cursor.next();
            require("CLMNPSZ".indexOf(letter) >= 0, "malformed \\p");
        }
    }

    /** A general category, a script, or one of PCRE's own. */
    private static boolean isProperty(String name) {
        if (PROPERTY.matcher(name).matches()) {
            return true;
        }
        try {
            return SCRIPT.matcher(name).matches() && Character.UnicodeScript.forName(name) != null;
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }

    private static void reference(Cursor cursor) throws InvalidRegexException {
        if (cursor.accept('{')) {
            String target = cursor.until('}');
            require(target != null && target.matches("-?[0-9]+|[A-Za-z_]\\w*"), "malformed \\g");
        } else if (cursor.accept('<')) {
            require(cursor.until('>') != null, "malformed \\g");
        } else if (cursor.accept('\'')) {
            require(cursor.until('\'') != null, "malformed \\g");
        } else {
            cursor.accept('-');
            require(cursor.digits() > 0, "\\g takes a group");
        }
    }

    private static void name(Cursor cursor) throws InvalidRegexException {
        int close = cursor.peek() == '{' ? '}' : cursor.peek() == '<' ? '>' : cursor.peek() == '\'' ? '\'' : Cursor.END;
        cursor.next();
        String name = close == Cursor.END ? null : cursor.until(close);
        require(
                name != null && name.matches("[A-Za-z_]\\w*"),
                "\\k takes a group's name in braces, angle brackets or quotes");
    }

    private static void require(boolean condition, String reason) throws InvalidRegexException {
        if (!condition) {
            throw new InvalidRegexException(reason);
        }
    }
}
