package dev.onchange.localmongo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeftBehindTest {

    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"", "12 3", "\0\0\0\0"})
    void a_file_that_a_kill_left_unfinished_does_not_stop_the_clearing(String pid) throws IOException {
        Files.createFile(temporary.resolve(ServerFolder.PREFIX + "0-a" + ServerFolder.LOCK_SUFFIX));
        Path node = Files.createDirectories(
                temporary.resolve(ServerFolder.PREFIX + "0-a").resolve("node0"));
        Files.writeString(node.resolve("pid"), pid);

        new LeftBehind(temporary, Clock.offset(Clock.systemUTC(), Duration.ofHours(1))).clear();

        assertThat(temporary).isEmptyDirectory();
    }
}
