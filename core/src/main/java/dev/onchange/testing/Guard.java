package dev.onchange.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A small shell that outlives this process and then kills a server and deletes its folder, however this
 * process ended.
 *
 * <p>It reads from a pipe that nobody writes to; the operating system closes the pipe with this process. That
 * is also how a server stops at an ordinary exit, after all shutdown hooks: what they still have to write
 * reaches it. A parent-death signal would not do: it follows the thread that started the server.
 */
final class Guard {

    private static final Path SHELL = Path.of("/bin/sh");

    /** A server that is just dying may still write a file into a folder that is just being deleted. */
    private static final String SCRIPT = "read -r _; kill -9 \"$1\" 2>/dev/null; n=0;"
            + " until rm -rf \"$2\" && [ ! -e \"$2\" ] || [ $n -ge 20 ]; do sleep 0.1; n=$((n + 1)); done;"
            + " rm -f \"$3\"";

    private final Process shell;

    private Guard(Process shell) {
        this.shell = shell;
    }

    /** Watches over one server process until that ends; empty where there is no shell. */
    static Optional<Guard> over(Process server, ServerFolder folder, Machine machine) throws IOException {
        if (machine.windows() || !Files.isExecutable(SHELL)) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(OwnSession.prefix(machine));
        command.addAll(List.of(SHELL.toString(), "-c", SCRIPT, "onchange-mongo-guard", Long.toString(server.pid())));
        command.addAll(List.of(folder.path().toString(), folder.lockPath().toString()));
        Process shell = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        server.onExit().thenRun(shell::destroyForcibly);
        return Optional.of(new Guard(shell));
    }

    /** Whether it will act when this process ends. */
    boolean watching() {
        return shell.isAlive();
    }
}
