package dev.onchange.examples.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.localmongo.LocalMongo;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillsAndComparesTest {

    @TempDir
    Path folder;

    @Test
    void the_index_equals_the_collection_although_its_process_is_killed() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        String database = "search_" + Long.toHexString(System.nanoTime());

        boolean equal = new KillsAndCompares(LocalMongo.shared().connectionString(), database, folder, out)
                .show(2_000, 1, 1_000);

        String lines = printed.toString(StandardCharsets.UTF_8);
        assertThat(equal).as(lines).isTrue();
        assertThat(lines).containsOnlyOnce("missing 0, stale 0, left over 0, twice 0");
        assertThat(lines.lines()).hasSizeBetween(5, 8).allMatch(line -> line.length() < 120);
    }
}
