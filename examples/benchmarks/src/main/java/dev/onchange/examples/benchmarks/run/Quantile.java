package dev.onchange.examples.benchmarks.run;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The value below which a part of all values lies, as Harrell and Davis estimate it: the mean of all values in their order, of
 * which those about that place weigh most, as the beta distribution says. It depends less on chance than the one value in that
 * place does.
 */
final class Quantile {

    /** The density is added up at so many places for each value. */
    private static final int STEPS = 20;

    private final double[] weights;

    /** @param part of so many values */
    Quantile(double part, int values) {
        double below = part * (values + 1) - 1;
        double above = (1 - part) * (values + 1) - 1;
        double[] logs = IntStream.range(0, values * STEPS)
                .mapToDouble(i -> (i + 0.5) / (values * STEPS))
                .map(place -> below * Math.log(place) + above * Math.log(1 - place))
                .toArray();
        // Some of the densities themselves are too small for a number.
        double most = Arrays.stream(logs).max().orElseThrow();
        double[] densities = new double[values];
        for (int i = 0; i < logs.length; i++) {
            densities[i / STEPS] += Math.exp(logs[i] - most);
        }
        double sum = Arrays.stream(densities).sum();
        weights = Arrays.stream(densities).map(density -> density / sum).toArray();
    }

    /** @param values in any order, as many as it is made for */
    double of(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return IntStream.range(0, weights.length)
                .mapToDouble(i -> weights[i] * sorted[i])
                .sum();
    }
}
