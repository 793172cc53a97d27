package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A small shell that outlives this process and then ends a server and deletes its folder, unless that stays,
 * however this process ended.
 *
 * <p>It reads from a pipe that nobody writes to; the operating system closes the pipe with this process. That
 * is also how a server stops at an ordinary exit, after all shutdown hooks: what they still have to write
 * reaches it. A parent-death signal would not do: it follows the thread that started the server.
 */
final class ExitGuard {

    private static final Path SHELL = Path.of("/bin/sh");

    /**
     * Arguments: process, signal, folder and lock to delete, if any. A server that is just dying may still write a
     * file into a folder that is just being deleted.
     */
    private static final String SCRIPT = "read -r _; kill -\"$2\" \"$1\" 2>/dev/null; [ $# -eq 4 ] || exit 0; n=0;"
            + " until rm -rf \"$3\" && [ ! -e \"$3\" ] || [ $n -ge 20 ]; do sleep 0.1; n=$((n + 1)); done;"
            + " rm -f \"$4\"";

    private final Process shell;
    private final CompletableFuture<Void> released;

    private ExitGuard(Process shell, CompletableFuture<Void> released) {
        this.shell = shell;
        this.released = released;
    }

    /** Watches over one server process until that ends; empty where there is no shell. */
    static Optional<ExitGuard> over(Process server, ServerFolder folder, Machine machine) throws IOException {
        if (machine.windows() || !Files.isExecutable(SHELL)) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(OwnSession.prefix(machine));
        command.addAll(List.of(SHELL.toString(), "-c", SCRIPT, "onchange-mongo-guard", Long.toString(server.pid())));
        command.addAll(
                folder.kept()
                        ? List.of("TERM")
                        : List.of(
                                "KILL",
                                folder.path().toString(),
                                folder.lockPath().toString()));
        Process shell = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return Optional.of(new ExitGuard(shell, server.onExit().thenRun(shell::destroyForcibly)));
    }

    /** Whether it will act when this process ends. */
    boolean watching() {
        return shell.isAlive() && !released.isDone();
    }
}
