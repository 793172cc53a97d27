package dev.onchange.examples.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class QuantileTest {

    private static final int VALUES = 500;

    @Test
    void it_lies_where_so_many_values_are_below_in_whatever_order_they_are() {
        long[] values = LongStream.rangeClosed(1, VALUES).map(i -> i * 7 % 503).toArray();

        assertThat(new Quantile(0.5, VALUES).of(values)).isCloseTo(251.5, offset(2.0));
        assertThat(new Quantile(0.99, VALUES).of(LongStream.range(0, VALUES).toArray()))
                .isCloseTo(495, offset(1.0));
        assertThat(new Quantile(0.01, VALUES).of(LongStream.range(0, VALUES).toArray()))
                .isCloseTo(4, offset(1.0));
    }

    /** As the regularized incomplete beta function gives it. */
    @Test
    void the_values_about_the_place_weigh_as_the_beta_distribution_says() {
        Quantile quantile = new Quantile(0.99, VALUES);

        assertThat(quantile.of(alone(VALUES - 1))).isCloseTo(3_551, within(100.0));
        assertThat(quantile.of(alone(VALUES - 3, VALUES - 2, VALUES - 1))).isCloseTo(182_900, within(1_000.0));
    }

    /** All others are nothing. */
    private static long[] alone(int... places) {
        long[] values = new long[VALUES];
        for (int place : places) {
            values[place] = 1_000_000;
        }
        return values;
    }

    @Test
    void it_depends_less_on_chance_than_the_value_in_that_place() {
        Random random = new Random(1);
        List<long[]> samples = IntStream.range(0, 300)
                .mapToObj(i -> random.doubles(VALUES)
                        .mapToLong(d -> (long) (-1e6 * Math.log(d)))
                        .toArray())
                .toList();
        Quantile quantile = new Quantile(0.99, VALUES);

        double spread = deviation(samples.stream().mapToDouble(quantile::of));

        assertThat(spread)
                .isLessThan(deviation(samples.stream()
                        .mapToDouble(sample -> LongStream.of(sample)
                                .sorted()
                                .skip(VALUES * 99 / 100)
                                .findFirst()
                                .orElseThrow())));
    }

    private static double deviation(DoubleStream values) {
        double[] all = values.toArray();
        double mean = DoubleStream.of(all).average().orElseThrow();
        return Math.sqrt(
                DoubleStream.of(all).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    }
}
