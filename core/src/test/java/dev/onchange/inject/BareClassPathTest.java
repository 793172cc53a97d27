package dev.onchange.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import dev.onchange.inject.bare.BareProgram;
import dev.onchange.testing.LocalMongo;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import jakarta.enterprise.inject.Instance;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;

class BareClassPathTest {

    /** What the core cannot do without, and nothing that is optional. */
    private static final Pattern NEEDED = Pattern.compile(
            "(mongodb-driver|bson|reactor-core|reactive-streams|classgraph|jakarta\\.inject-api|slf4j-api)-?.*\\.jar");

    private final Ledger ledger = new Ledger();

    @AfterEach
    void cleanUp() {
        ledger.close();
    }

    @Test
    void the_core_needs_no_container_and_no_metrics() throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                needed(),
                BareProgram.class.getName(),
                LocalMongo.shared().connectionString(),
                ledger.database());

        Process program = new ProcessBuilder(
                        Stream.concat(command.stream(), optional()).toList())
                .redirectErrorStream(true)
                .start();

        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(output).isZero();
    }

    private static Stream<String> optional() {
        return Stream.of(
                        ApplicationContext.class,
                        Instance.class,
                        Injector.class,
                        MeterRegistry.class,
                        ObservationRegistry.class,
                        Test.class)
                .map(Class::getName);
    }

    private static String needed() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith(".jar")
                        || NEEDED.matcher(Path.of(entry).getFileName().toString())
                                .matches())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
