package dev.onchange.localmongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalMongoExitTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(2));

    @TempDir
    Path temporary;

    private Program program;

    @BeforeEach
    void start_a_program_that_does_not_close_its_server() throws IOException {
        program = Program.start(temporary);
    }

    @AfterEach
    void end_what_is_left() {
        program.close();
    }

    @Test
    void the_server_ends_with_a_program_that_forgot_to_close_it_but_not_before_its_shutdown_hooks() throws Exception {
        assertThat(program.serverListens()).isTrue();

        program.endInput();

        assertThat(program.lineThatBeginsWith("hook ")).isEqualTo("hook 1.0");
        assertThat(program.ends()).isTrue();
        nothing_is_left();
    }

    @Test
    void the_server_ends_with_a_program_that_is_killed() {
        program.kill();

        nothing_is_left();
    }

    @Test
    void a_signal_to_all_of_a_terminal_reaches_the_server_only_through_the_program() throws Exception {
        program.endGroup();

        assertThat(program.lineThatBeginsWith("hook ")).isEqualTo("hook 1.0");
        assertThat(program.ends()).isTrue();
        nothing_is_left();
    }

    @Test
    void what_a_program_and_its_guard_left_behind_when_both_were_killed_is_cleared_by_a_later_start() {
        assertThat(program.guards()).isNotEmpty();
        program.guards().forEach(ProcessHandle::destroyForcibly);
        await().atMost(PATIENCE).until(() -> program.guards().isEmpty());
        program.kill();

        new LeftBehind(temporary, Clock.systemUTC()).clear();
        boolean afterShort = program.serverListens();
        new LeftBehind(temporary, LATER).clear();

        assertThat(afterShort).as("too young to be called left behind").isTrue();
        nothing_is_left();
    }

    @Test
    void what_a_living_program_uses_is_not_cleared() {
        new LeftBehind(temporary, LATER).clear();

        assertThat(program.serverListens()).isTrue();
        assertThat(temporary).isNotEmptyDirectory();
    }

    private void nothing_is_left() {
        await().atMost(PATIENCE).until(() -> !program.serverListens());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(temporary).isEmptyDirectory());
    }
}
