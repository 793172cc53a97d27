package dev.onchange.localmongo;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Server processes in a folder whose owner is gone. */
final class Orphans {

    /** Names the process in the folder of a node. */
    private static final String PID = "pid";

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private Orphans() {}

    /** Notes the process, for who comes after this one. */
    static void record(Path node, long pid) throws IOException {
        // Moved there whole: of a part of the number, a kill of this process would make another process's.
        Path whole = Files.writeString(node.resolve(PID + ".new"), Long.toString(pid));
        Files.move(whole, node.resolve(PID), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Ends what still runs in the folders of the nodes.
     *
     * @param orderly whether their data matter: then they have a while to write them
     */
    static void endIn(Path folder, boolean orderly) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> nodes = Files.list(folder)) {
            for (Path pid : nodes.map(node -> node.resolve(PID))
                    .filter(Files::isRegularFile)
                    .toList()) {
                servers(folder, number(pid)).forEach(process -> end(process, folder, orderly));
            }
        }
    }

    /** That of the number; without one, those that name the folder in their command, where the system tells it. */
    private static List<ProcessHandle> servers(Path folder, Optional<Long> number) {
        if (number.isPresent()) {
            return number.flatMap(ProcessHandle::of).filter(process -> isServerIn(folder, process.info())).stream()
                    .toList();
        }
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains("mongod") && line.contains(folder.toString()))
                        .isPresent())
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .toList();
    }

    /** Empty if the file is empty or holds something else, as a kill of its writer can leave it. */
    private static Optional<Long> number(Path pid) throws IOException {
        try {
            return Optional.of(Long.parseLong(Files.readString(pid).strip()));
        } catch (NumberFormatException | CharacterCodingException unreadable) {
            return Optional.empty();
        }
    }

    private static void end(ProcessHandle process, Path folder, boolean orderly) {
        if (orderly) {
            process.destroy();
            awaitEnd(process, folder);
        }
        process.destroyForcibly();
        awaitEnd(process, folder);
    }

    /** A process that ended and was not reaped yet counts as living, but tells nothing about itself any more. */
    private static void awaitEnd(ProcessHandle process, Path folder) {
        Waiting.until(LIMIT, () -> !process.isAlive() || !isServerIn(folder, process.info()));
    }

    /** The number may be another process's by now; not every system tells the arguments. */
    private static boolean isServerIn(Path folder, ProcessHandle.Info info) {
        return info.commandLine()
                .map(line -> line.contains(folder.toString()))
                .or(() -> info.command().map(command -> command.contains("mongod")))
                .orElse(false);
    }
}
