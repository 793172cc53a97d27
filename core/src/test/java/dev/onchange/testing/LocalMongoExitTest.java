package dev.onchange.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalMongoExitTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path temporary;

    private Process program;
    private BufferedReader printed;
    private long server;
    private int port;
    private Path data;

    @BeforeEach
    void start_a_program_that_does_not_close_its_server() throws IOException {
        List<String> command = new ArrayList<>(OwnSession.prefix(Machine.current()));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Djava.io.tmpdir=" + temporary, "-cp",
                System.getProperty("java.class.path"), ForgetfulProgram.class.getName()));
        program = new ProcessBuilder(command).redirectErrorStream(true).start();
        printed = new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8));
        String[] words = lineThatBeginsWith("server ").split(" ");
        server = Long.parseLong(words[1]);
        port = Integer.parseInt(words[2].substring(words[2].indexOf(':') + 1));
        data = Path.of(words[3]);
    }

    @AfterEach
    void end_what_is_left() {
        program.destroyForcibly();
        ProcessHandle.of(server).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void the_server_ends_with_a_program_that_forgot_to_close_it_but_not_before_its_shutdown_hooks() throws Exception {
        assertThat(listens()).isTrue();

        program.getOutputStream().close();

        assertThat(lineThatBeginsWith("hook ")).isEqualTo("hook 1.0");
        assertThat(program.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        nothing_is_left();
    }

    @Test
    void the_server_ends_with_a_program_that_is_killed() {
        program.destroyForcibly();

        nothing_is_left();
    }

    @Test
    void ctrl_c_reaches_the_server_only_through_the_program() throws Exception {
        Command.run(new ProcessBuilder("/bin/sh", "-c", "kill -INT -" + program.pid()), PATIENCE);

        assertThat(lineThatBeginsWith("hook ")).isEqualTo("hook 1.0");
        assertThat(program.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        nothing_is_left();
    }

    @Test
    void what_a_program_and_its_guard_left_behind_when_both_were_killed_is_cleared_by_a_later_start() {
        List<ProcessHandle> guards =
                program.descendants().filter(child -> child.pid() != server).toList();
        assertThat(guards).isNotEmpty();

        guards.forEach(ProcessHandle::destroyForcibly);
        await().atMost(PATIENCE).until(() -> program.descendants().allMatch(child -> child.pid() == server));
        program.destroyForcibly().onExit().join();
        new LeftBehind(temporary, Clock.systemUTC()).clear();
        assertThat(listens()).as("too young to be called left behind").isTrue();

        new LeftBehind(temporary, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(2))).clear();

        nothing_is_left();
    }

    @Test
    void what_a_living_program_uses_is_not_cleared() {
        new LeftBehind(temporary, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(2))).clear();

        assertThat(listens()).isTrue();
        assertThat(data).isDirectory();
    }

    private void nothing_is_left() {
        await().atMost(PATIENCE).until(() -> !listens());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(temporary).isEmptyDirectory());
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private String lineThatBeginsWith(String prefix) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = printed.readLine(); line != null; line = printed.readLine()) {
            if (line.startsWith(prefix)) {
                return line;
            }
            all.append(line).append('\n');
        }
        throw new AssertionError("no line begins with '" + prefix + "' in:\n" + all);
    }
}
