package dev.onchange.cdi.arc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.inject.Ledger;
import dev.onchange.localmongo.LocalMongo;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArcTest {

    private final Ledger ledger = new Ledger();

    @AfterEach
    void cleanUp() {
        ledger.close();
    }

    @Test
    void handlers_that_nobody_injects_receive_changes_in_the_container_of_quarkus(@TempDir Path generated)
            throws Exception {
        ArcBuild.generate(generated, ArcProgram.BEANS);

        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Duri=" + LocalMongo.shared().connectionString(),
                        "-Ddatabase=" + ledger.database(),
                        "-cp",
                        generated + File.pathSeparator + System.getProperty("java.class.path"),
                        ArcProgram.class.getName())
                .redirectErrorStream(true)
                .start();

        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(output).isZero();
    }
}
