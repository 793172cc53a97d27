package dev.onchange.examples.benchmarks.run;

import java.util.Arrays;

/** The value in the middle, which a few that are far off do not move. */
public final class Medians {

    private Medians() {}

    /** Of some values; between the two in the middle if their number is even. */
    public static double of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
