package dev.onchange.examples.benchmarks.run;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What one contender needed for a work, round after round. */
public record Series(String contender, List<Measurement> rounds) {

    public double median(ToDoubleFunction<Measurement> what) {
        return Medians.of(rounds.stream().mapToDouble(what).toArray());
    }

    /** The median over the rounds of the ratio to the other in the same round: what disturbs both cancels out. */
    public double ratioTo(Series other, ToDoubleFunction<Measurement> what) {
        return Medians.of(IntStream.range(0, Math.min(rounds.size(), other.rounds.size()))
                .mapToDouble(i -> what.applyAsDouble(rounds.get(i)) / what.applyAsDouble(other.rounds.get(i)))
                .toArray());
    }

    /** How much more it is in the first round of a pair than in the second. */
    double further(int pair, ToDoubleFunction<Measurement> what) {
        return what.applyAsDouble(rounds.get(2 * pair)) - what.applyAsDouble(rounds.get(2 * pair + 1));
    }
}
