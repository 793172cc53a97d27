package dev.onchange.examples.benchmarks.report;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people write them: three digits that count. */
final class Numbers {

    private Numbers() {}

    static String plain(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
    }

    /** Minutes and seconds. */
    static String minutes(Duration time) {
        return "%d:%02d min".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
