package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.Machine;
import dev.onchange.localmongo.binary.ProgramRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link ForgetfulProgram} that runs. */
final class Program implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process process;
    private final BufferedReader printed;
    private final long server;
    private final int port;

    private Program(Process process) throws IOException {
        this.process = process;
        this.printed = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String[] words = lineThatBeginsWith("server ").split(" ");
        this.server = Long.parseLong(words[1]);
        this.port = Integer.parseInt(words[2]);
    }

    static Program start(Path temporary, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(OwnSession.prefix(Machine.current()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + temporary));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(ForgetfulProgram.class.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true);
        // the server's folder is to be found in that one
        program.environment().remove("ONCHANGE_MONGOD_DATA");
        return new Program(program.start());
    }

    String lineThatBeginsWith(String prefix) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = printed.readLine(); line != null; line = printed.readLine()) {
            if (line.startsWith(prefix)) {
                return line;
            }
            all.append(line).append('\n');
        }
        throw new AssertionError("no line begins with '" + prefix + "' in:\n" + all);
    }

    boolean serverListens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    /** What watches over the server. */
    List<ProcessHandle> guards() {
        return process.descendants().filter(child -> child.pid() != server).toList();
    }

    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** As a terminal does: to all of the program's group. Not with INT, which background processes ignore. */
    void endGroup() throws IOException {
        ProgramRun.run(new ProcessBuilder("/bin/sh", "-c", "kill -TERM -" + process.pid()), PATIENCE);
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    boolean ends() throws InterruptedException {
        return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        kill();
        ProcessHandle.of(server).ifPresent(ProcessHandle::destroyForcibly);
    }
}
