package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JournalTest {

    private final Journal journal = new Journal(Clock.systemUTC());

    @Test
    void looks_push_out_older_looks_and_nothing_else() {
        journal.add("pause", "a", "", "ada");

        IntStream.rangeClosed(1, Journal.SIZE).forEach(n -> journal.addLook("tail", null, "of " + n, "bob"));

        List<Journal.Entry> kept = journal.latest(Journal.SIZE);
        assertThat(kept).hasSize(Journal.LOOKS + 1);
        assertThat(kept.get(0).kind()).isEqualTo("pause");
        assertThat(kept.get(1).message()).isEqualTo("of " + (Journal.SIZE - Journal.LOOKS + 1));
        assertThat(kept.get(Journal.LOOKS).message()).isEqualTo("of " + Journal.SIZE);
    }
}
