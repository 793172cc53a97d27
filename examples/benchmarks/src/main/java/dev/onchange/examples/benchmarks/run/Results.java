package dev.onchange.examples.benchmarks.run;

import java.util.List;
import java.util.function.ToDoubleFunction;

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
}
