package dev.onchange.examples.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.localmongo.LocalMongo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KillsAndFreezesTest {

    @Test
    void the_others_go_on_and_nothing_is_lost_or_takes_effect_twice() throws IOException, InterruptedException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        KillsAndFreezes example = new KillsAndFreezes(
                LocalMongo.shared().connectionString(),
                "example_cluster_" + Long.toHexString(System.nanoTime()),
                Duration.ofSeconds(2),
                new PrintStream(said, true, StandardCharsets.UTF_8));

        KillsAndFreezes.Counts counts = example.show();

        assertThat(counts.orders()).isPositive();
        assertThat(counts.lost()).isZero();
        assertThat(counts.twice()).isZero();
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains(" takes by-customer, term ")
                .contains("kill -9 of instance 1")
                .contains("instance 2 goes on")
                .contains(", lost 0, twice 0");
    }
}
