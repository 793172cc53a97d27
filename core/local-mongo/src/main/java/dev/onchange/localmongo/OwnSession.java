package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.Machine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Starts a program in a session of its own, where the system can: Ctrl-C in a terminal goes to the whole
 * foreground group, and would stop the server while the program that uses it is still finishing.
 */
final class OwnSession {

    /** util-linux and BusyBox have the first, macOS the second; both become the program and keep its pid. */
    private static final Map<String, List<String>> WAYS = Map.of(
            "setsid", List.of("setsid"),
            "perl", List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV or exit 127"));

    private OwnSession() {}

    /** What to put before a command; empty if the system has no way. */
    static List<String> prefix(Machine machine) {
        if (machine.windows()) {
            return List.of();
        }
        return List.of("setsid", "perl").stream()
                .filter(program -> onPath(machine, program))
                .findFirst()
                .map(WAYS::get)
                .orElse(List.of());
    }

    private static boolean onPath(Machine machine, String program) {
        return machine.variable("PATH").stream()
                .flatMap(path -> List.of(path.split(":", -1)).stream())
                .filter(folder -> !folder.isBlank())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
