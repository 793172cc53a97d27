package dev.onchange.examples.benchmarks.run;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the contenders of a contest needed. */
public record Results(List<Series> all) {

    public Series of(String contender) {
        return all.stream()
                .filter(series -> series.contender().equals(contender))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(contender + " took no part"));
    }

    /** The median over the rounds of the ratio of one to the other. */
    public double ratio(String one, String other, ToDoubleFunction<Measurement> what) {
        return of(one).ratioTo(of(other), what);
    }

    /**
     * The ratio of the delays below which that part of the changes came, of two that were told of the same ones: the median over
     * blocks of so many changes, one after the other. What disturbs the machine for seconds then counts as some blocks, and does
     * not decide about the tail of all.
     *
     * @param passedOver how many of each round do not count, the first ones
     */
    public double ratioOfDelays(String one, String other, double part, int passedOver, int block) {
        Quantile quantile = new Quantile(part, block);
        double[] ones = delays(one, quantile, passedOver, block);
        double[] others = delays(other, quantile, passedOver, block);
        return Medians.of(IntStream.range(0, ones.length)
                .mapToDouble(i -> ones[i] / others[i])
                .toArray());
    }

    private double[] delays(String contender, Quantile quantile, int passedOver, int block) {
        return of(contender).rounds().stream()
                .flatMap(round -> round.blocksOfDelays(passedOver, block))
                .mapToDouble(quantile::of)
                .toArray();
    }

    /** These and those of other contenders, which took turns among themselves. */
    public Results and(Results others) {
        return new Results(Stream.concat(all.stream(), others.all.stream()).toList());
    }

    /** The results of every second round, the first one included or not. */
    public Results everySecond(boolean first) {
        return new Results(all.stream()
                .map(series -> new Series(
                        series.contender(),
                        IntStream.range(0, series.rounds().size())
                                .filter(round -> (round % 2 == 0) == first)
                                .mapToObj(series.rounds()::get)
                                .toList()))
                .toList());
    }

    /**
     * What the further events cost one, divided by what they cost the other, where the rounds are with many events and with few in
     * turn: starting, which both rounds have in common, is left out. The median over the pairs of rounds.
     */
    public double ratioOfFurther(String one, String other, ToDoubleFunction<Measurement> what) {
        double[] ratios = IntStream.range(0, of(one).rounds().size() / 2)
                .mapToDouble(pair -> of(one).further(pair, what) / of(other).further(pair, what))
                .toArray();
        return Medians.of(ratios);
    }
}
