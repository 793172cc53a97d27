package dev.onchange.engine.scan.rule;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** Durations as users write them: {@code 100ms}, {@code 2s}, {@code 5m}, {@code 1h}, {@code 1d}, or in ISO-8601 form. */
public final class Durations {

    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);

    /** The arithmetic of waits is in nanoseconds: 292 years. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private static final String TOO_LONG = "it is too long";

    private Durations() {}

    /**
     * Reads a duration of zero or more.
     *
     * @throws DateTimeException if it is not one, saying why
     */
    public static Duration parse(String text) {
        Duration duration = read(text.strip());
        if (duration.isNegative()) {
            throw new DateTimeException("it is negative");
        }
        if (duration.compareTo(LONGEST) > 0) {
            throw new DateTimeException(TOO_LONG);
        }
        return duration;
    }

    /** Why {@link #parse} would fail; empty if it would not. */
    static Optional<String> fault(String text) {
        try {
            parse(text);
            return Optional.empty();
        } catch (DateTimeException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    private static Duration read(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        String unit = text.substring(digits).stripLeading();
        if (digits > 0 && unit.isEmpty()) {
            throw new DateTimeException("the unit is missing");
        }
        if (digits > 0 && isOfLetters(unit)) {
            return shortForm(text.substring(0, digits), unit);
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw new DateTimeException("it is neither a number with a unit nor in ISO-8601 form", e);
        }
    }

    private static boolean isOfLetters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (!(letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z')) {
                return false;
            }
        }
        return true;
    }

    private static Duration shortForm(String number, String unit) {
        ChronoUnit known = UNITS.get(unit);
        if (known == null) {
            throw new DateTimeException("the unit \"" + unit + "\" is none of ms, s, m, h, d");
        }
        try {
            return Duration.of(Long.parseLong(number), known);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new DateTimeException(TOO_LONG, e);
        }
    }
}
