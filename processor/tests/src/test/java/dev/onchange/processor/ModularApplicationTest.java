package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.localmongo.LocalMongo;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application of two named modules, of which one has the handlers, compiled and run on the module path. */
class ModularApplicationTest {

    /** What a modular application has beside its own modules. */
    private static final Pattern NEEDED = Pattern.compile(
            ".*(core/target/classes|onchange-core.*|(bson|mongodb-driver|reactor-core|reactive-streams-|jspecify"
                    + "|jakarta\\.inject|slf4j-api|classgraph)[^/]*\\.jar)");

    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private static final String MODULES = Stream.of(CLASS_PATH.split(File.pathSeparator))
            .filter(entry -> NEEDED.matcher(entry).matches())
            .collect(Collectors.joining(File.pathSeparator));

    @TempDir
    Path folder;

    private Path sources;

    @BeforeEach
    void write() throws IOException {
        sources = Files.createDirectories(folder.resolve("src"));
        write("shop.handlers/module-info.java", """
                module shop.handlers {
                    requires transitive dev.onchange;
                    exports shop.handlers;
                    opens shop.handlers to dev.onchange;
                }
                """);
        write("shop.handlers/shop/handlers/Stock.java", """
                package shop.handlers;
                import dev.onchange.OnChange;
                public final class Stock {
                    public Stock() {}
                    record Item(String _id, int qty) {}
                    @OnChange(collection = "inventory", operation = "insert")
                    void arrived(Item item) {
                        System.out.println("arrived " + item.qty());
                    }
                }
                """);
        write("shop.app/module-info.java", "module shop.app { requires dev.onchange; }");
        write("shop.app/shop/app/Shop.java", """
                package shop.app;
                import dev.onchange.ChangeListeners;
                import java.time.Duration;
                import org.bson.Document;
                import reactor.core.publisher.Mono;
                final class Shop {
                    public static void main(String[] arguments) {
                        try (ChangeListeners listeners = ChangeListeners.builder(arguments[0])
                                .database(arguments[1])
                                .stateDatabase(arguments[1])
                                .scan("shop.handlers")
                                .start()) {
                            System.out.println(listeners.plan());
                            var database = listeners.client().getDatabase(arguments[1]);
                            Mono.from(database.getCollection("inventory").insertOne(new Document("_id", "lamp").append("qty", 3)))
                                    .block();
                            Mono.fromSupplier(() -> listeners.status().handler("shop.handlers.Stock#arrived"))
                                    .filter(handler -> handler.counts().handled() == 1)
                                    .repeatWhenEmpty(times -> times.delayElements(Duration.ofMillis(20)))
                                    .block(Duration.ofSeconds(60));
                            Mono.from(database.drop()).block();
                        }
                    }
                }
                """);
    }

    @Test
    void handlers_in_named_modules_are_found_by_index_and_called_by_generated_code() throws Exception {
        assertThat(compile("-processorpath", CLASS_PATH, "-processor", processors()))
                .isEmpty();

        assertThat(run("shop.handlers"))
                .contains("shop.handlers.Stock#arrived, found by index, called by generated code")
                .contains("arrived 3");
    }

    @Test
    void handlers_in_named_modules_are_found_by_scan_too() throws Exception {
        assertThat(compile("-proc:none")).isEmpty();

        assertThat(run("shop.handlers"))
                .contains("shop.handlers.Stock#arrived, found by scan, called by reflection")
                .contains("arrived 3");
    }

    @Test
    void handlers_that_are_patched_into_a_module_are_found_too() throws Exception {
        assertThat(compile("-processorpath", CLASS_PATH, "-processor", processors()))
                .isEmpty();
        Path patch = Files.createDirectories(folder.resolve("patch"));
        Path more = Files.writeString(patch.resolve("More.java"), """
                package shop.handlers;
                public final class More {
                    @dev.onchange.OnChange(collection = "more")
                    public void more() {}
                }
                """);
        String modules = folder.resolve("out") + File.pathSeparator + MODULES;
        String patched = "shop.handlers=" + patch;
        assertThat(javac("-proc:none", "-d", patch, "--patch-module", patched, "-p", modules, more))
                .isEmpty();

        assertThat(run("shop.handlers", "--patch-module", patched)).contains("shop.handlers.More#more, found by scan");
    }

    @Test
    void a_module_that_does_not_open_its_handlers_is_told_what_to_add() throws Exception {
        write("shop.handlers/module-info.java", "module shop.handlers { requires dev.onchange; }");
        assertThat(compile("-proc:none")).isEmpty();

        assertThat(run("shop.handlers")).contains("ONC-1105", "\"opens shop.handlers to dev.onchange;\"");
    }

    private static String processors() {
        return OnChangeProcessor.class.getName() + "," + ClaimingProcessor.class.getName();
    }

    private void write(String file, String text) throws IOException {
        Path path = sources.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private String compile(Object... options) throws IOException {
        List<Object> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("-d", folder.resolve("out"), "--module-source-path", sources, "-p", MODULES));
        // ours, and nothing that javac says of automatic modules
        all.addAll(List.of("-Xlint:all,-requires-automatic,-requires-transitive-automatic,-processing", "-Werror"));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(all::add);
        }
        return javac(all.toArray());
    }

    private static String javac(Object... arguments) {
        StringWriter said = new StringWriter();
        ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        new PrintWriter(said, true),
                        new PrintWriter(said, true),
                        Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return said.toString();
    }

    private String run(String module, String... options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        // as the tests themselves: see the root pom
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote"));
        command.addAll(List.of("-p", folder.resolve("out") + File.pathSeparator + MODULES, "--add-modules", module));
        command.addAll(List.of(options));
        command.addAll(
                List.of("-m", "shop.app/shop.app.Shop", LocalMongo.shared().connectionString()));
        command.add("modules_" + Long.toHexString(System.nanoTime()));
        Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
