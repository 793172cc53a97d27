package dev.onchange.versions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.inject.Ledger;
import dev.onchange.localmongo.LocalMongo;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OldestVersionsTest {

    private final Ledger ledger = new Ledger();

    @AfterEach
    void cleanUp() {
        ledger.close();
    }

    @Test
    void the_core_works_with_the_oldest_driver_reactor_slf4j_and_micrometer() throws IOException, InterruptedException {
        String path =
                OldestVersions.path().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));

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
        for (Path jar : OldestVersions.jars()) {
            assertThat(output).contains(jar.getFileName().toString());
        }
    }
}
