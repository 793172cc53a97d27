package dev.onchange.versions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.inject.Ledger;
import dev.onchange.localmongo.LocalMongo;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OldestVersionsTest {

    /** The build puts them there. */
    private static final Path OLDEST = Path.of("target", "oldest");

    private final Ledger ledger = new Ledger();

    @AfterEach
    void cleanUp() {
        ledger.close();
    }

    @Test
    void the_core_works_with_the_oldest_driver_reactor_slf4j_and_micrometer() throws IOException, InterruptedException {
        List<Path> oldest;
        try (Stream<Path> jars = Files.list(OLDEST)) {
            oldest = jars.filter(jar -> jar.toString().endsWith(".jar")).toList();
        }
        String path = Stream.concat(
                        oldest.stream().map(Path::toString),
                        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                                .filter(entry -> oldest.stream().noneMatch(jar -> isNewer(entry, jar))))
                .collect(Collectors.joining(File.pathSeparator));

        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        path,
                        OldestProgram.class.getName(),
                        LocalMongo.shared().connectionString(),
                        ledger.database())
                .redirectErrorStream(true)
                .start();

        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(output).isZero();
        for (Path jar : oldest) {
            assertThat(output).contains(jar.getFileName().toString());
        }
    }

    /** Whether an entry of the class path is another version of a jar. */
    private static boolean isNewer(String entry, Path jar) {
        String name = jar.getFileName().toString().replaceFirst("-\\d.*", "");
        return Path.of(entry).getFileName().toString().matches(name + "-\\d.*\\.jar");
    }
}
