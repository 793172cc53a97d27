package dev.onchange.inject;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import dev.onchange.inject.bare.BareProgram;
import dev.onchange.localmongo.LocalMongo;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import jakarta.enterprise.inject.Instance;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
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
        String path = Stream.concat(classes(), needed()).collect(joining(File.pathSeparator));

        run("-cp", path);
    }

    @Test
    void the_core_is_a_module_that_needs_none_of_them_either() throws IOException, InterruptedException {
        String tests = classes().filter(entry -> entry.endsWith("test-classes")).collect(joining(File.pathSeparator));
        String modules = Stream.concat(classes().filter(entry -> !tests.equals(entry)), needed())
                .collect(joining(File.pathSeparator));

        run("-p", modules, "--add-modules", "dev.onchange", "-cp", tests);
    }

    private void run(String... paths) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:class+load"));
        command.addAll(List.of(paths));
        command.addAll(List.of(BareProgram.class.getName(), LocalMongo.shared().connectionString(), ledger.database()));
        optional().forEach(command::add);

        Process program = new ProcessBuilder(command).redirectErrorStream(true).start();

        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(said(output)).isZero();
        assertThat(output).contains("dev.onchange.ChangeListeners ");
        assertThat(output.lines().filter(line -> line.contains("dev.onchange.console.")))
                .as("classes of a console that nobody asked for")
                .isEmpty();
    }

    /** Without the classes that were loaded. */
    private static String said(String output) {
        return output.lines().filter(line -> !line.contains("[class,load]")).collect(joining("\n"));
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

    private static Stream<String> classes() {
        return entries().filter(entry -> !entry.endsWith(".jar"));
    }

    private static Stream<String> needed() {
        return entries()
                .filter(entry ->
                        NEEDED.matcher(Path.of(entry).getFileName().toString()).matches());
    }

    private static Stream<String> entries() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator));
    }
}
