package dev.onchange.examples.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private static final int FIRST = 5;
    private static final int BLOCK = 20;

    @Test
    void one_disturbed_block_and_the_first_changes_do_not_move_the_ratio_of_delays() {
        Results results = new Results(List.of(
                new Series("one", List.of(turn(900, 20, 20), turn(900, 20, 9_000))),
                new Series("other", List.of(turn(1, 10, 10), turn(1, 10, 10)))));

        assertThat(results.ratioOfDelays("one", "other", 0.99, FIRST, BLOCK)).isCloseTo(2, within(1e-9));
        assertThat(results.ratioOfDelays("one", "other", 0.5, FIRST, BLOCK)).isCloseTo(2, within(1e-9));
    }

    /** @param blocks the delay of all changes of each; some more follow, too few for another block */
    private static Measurement turn(long first, long... blocks) {
        List<Long> delays = LongStream.concat(
                        LongStream.generate(() -> first).limit(FIRST),
                        LongStream.concat(
                                LongStream.of(blocks)
                                        .flatMap(delay ->
                                                LongStream.generate(() -> delay).limit(BLOCK)),
                                LongStream.of(first)))
                .boxed()
                .toList();
        return new Measurement(delays.size(), 1, 1, 1, 1, 1, 1, delays, List.of());
    }
}
