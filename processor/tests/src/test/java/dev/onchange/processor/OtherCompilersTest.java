package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.scan.FoundBy;
import dev.onchange.engine.scan.HandlerScanner;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.HandlerTarget;
import dev.onchange.engine.scan.ScanResult;
import dev.onchange.inject.Instances;
import java.io.File;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.eclipse.jdt.internal.compiler.tool.EclipseCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compiler of Eclipse, and Lombok beside our processor. */
class OtherCompilersTest {

    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir
    Path folder;

    private final HandlerScanner scanner = new HandlerScanner(name -> null, "shop", Instances.ofConstructors());

    @Test
    void the_compiler_of_eclipse_writes_the_index_and_the_calls() throws Exception {
        List<String> said = compile(new EclipseCompiler(), "Stock", """
                package shop;
                import dev.onchange.*;
                class Stock {
                    record Item(int qty) {}
                    @OnChange(collection = "items", match = "{'fullDocument.qyt': 1}") void low(Item item) {}
                    @OnChange(collection = "items") int other(ChangeEvent<Item> change, Attempt attempt) { return 1; }
                }
                """, "-17");

        assertThat(said)
                .anyMatch(text -> text.startsWith("WARNING 5 ONC-1132"))
                .noneMatch(text -> text.startsWith("ERROR"));
        expectGenerated("shop.Stock#low", "shop.Stock#other");
    }

    @Test
    void the_compiler_of_eclipse_reports_mistakes_at_their_line() throws Exception {
        List<String> said = compile(new EclipseCompiler(), "Stock", """
                package shop;
                import dev.onchange.*;
                class Stock {
                    @OnChange(collection = "items",
                            operation = "updaet")
                    void low(ChangeEvent<?> change) {}
                }
                """, "-17");

        assertThat(said).anyMatch(text -> text.startsWith("ERROR 5 ONC-1101"));
    }

    @Test
    void lombok_and_records_stand_side_by_side() throws Exception {
        List<String> said = compile(ToolProvider.getSystemJavaCompiler(), "Stock", """
                package shop;
                import dev.onchange.*;
                import lombok.*;
                @RequiredArgsConstructor
                class Stock {
                    @Data @NoArgsConstructor
                    static class Item { private String sku; private int qty; }
                    record Order(String sku, int count) {}

                    @OnChange(collection = "items", operation = "insert", match = "{'fullDocument.qty': {$lt: 10}}")
                    void low(ChangeEvent<Item> change) {
                        int qty = change.fullDocument().getQty();
                    }

                    @SneakyThrows
                    @OnChange(collection = "orders", operation = "insert", match = "{'fullDocument.count': {$lt: 10}}")
                    void ordered(Order order) {
                        throw new Exception(order.sku());
                    }
                }
                """, "-Xlint:-options");

        assertThat(said).noneMatch(text -> text.contains("ONC-") || text.startsWith("ERROR"));
        expectGenerated("shop.Stock#low", "shop.Stock#ordered");
    }

    @Test
    void the_compiler_has_nothing_to_warn_of_where_no_other_processor_is() throws Exception {
        assertThat(compileStrictly("")).isEmpty();
        expectGenerated("shop.Stock#low");
    }

    @Test
    void the_compiler_has_nothing_to_warn_of_beside_a_processor_that_claims_the_other_annotations() throws Exception {
        String other =
                otherProcessor("return annotations.stream().noneMatch(a -> a.toString().contains(\"onchange\"));");

        assertThat(compileStrictly(other)).isEmpty();
        expectGenerated("shop.Stock#low");
    }

    @Test
    void other_processors_see_all_annotations() throws Exception {
        String other = otherProcessor("System.out.println(annotations); return false;");

        assertThat(compileStrictly(other))
                .contains("jakarta.inject.Singleton", "java.lang.Deprecated")
                .contains("No processor claimed any of these annotations: /jakarta.inject.Singleton")
                .doesNotContain("/dev.onchange");
    }

    /** A processor of the annotations of others. */
    private String otherProcessor(String body) throws Exception {
        Path sources = Files.createDirectories(folder.resolve("other"));
        Path source = Files.writeString(sources.resolve("Other.java"), """
                import java.util.Set;
                import javax.annotation.processing.*;
                import javax.lang.model.SourceVersion;
                import javax.lang.model.element.TypeElement;
                @SupportedAnnotationTypes({"jakarta.*", "java.*"})
                public class Other extends AbstractProcessor {
                    @Override
                    public SourceVersion getSupportedSourceVersion() {
                        return SourceVersion.latest();
                    }
                    @Override
                    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
                        %s
                    }
                }
                """.formatted(body));
        Path services = Files.createDirectories(sources.resolve("META-INF/services"));
        Files.writeString(services.resolve(Processor.class.getName()), "Other");
        assertThat(java.util.spi.ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(System.out, System.err, "-proc:none", "-d", sources.toString(), source.toString()))
                .isZero();
        return sources + File.pathSeparator;
    }

    /** In a process of its own: in this one the class loader of the tests has other processors. */
    private String compileStrictly(String otherProcessors) throws Exception {
        String libraries = Libraries.path();
        Path source = Files.writeString(folder.resolve("Stock.java"), """
                package shop;
                import dev.onchange.*;
                import jakarta.inject.*;
                @Singleton
                class Stock {
                    @Deprecated
                    @OnChange(collection = "items", operation = "insert")
                    void low(ChangeEvent<org.bson.Document> change) {}
                }
                """);
        Process javac = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-Xlint:all",
                        "-Werror",
                        "-d",
                        Files.createDirectories(folder.resolve("classes")).toString(),
                        "-cp",
                        libraries,
                        "-processorpath",
                        otherProcessors + libraries,
                        source.toString())
                .redirectErrorStream(true)
                .start();
        return new String(javac.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** With all processors that are found as services. */
    private List<String> compile(JavaCompiler compiler, String name, String source, String option) throws Exception {
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        java.util.List<Diagnostic<? extends JavaFileObject>> diagnostics = new java.util.ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(diagnostics::add, Locale.ROOT, null)) {
            // ecj writes sources where it runs unless it is told where to.
            List<String> options = List.of(
                    "-d",
                    classes.toString(),
                    "-s",
                    classes.toString(),
                    "-cp",
                    CLASS_PATH,
                    "-processorpath",
                    CLASS_PATH,
                    option);
            compiler.getTask(
                            null,
                            manager,
                            diagnostics::add,
                            options,
                            null,
                            manager.getJavaFileObjectsFromPaths(List.of(file)))
                    .call();
        }
        return diagnostics.stream()
                .map(each -> each.getKind() + " " + each.getLineNumber() + " " + each.getMessage(Locale.ROOT))
                .toList();
    }

    private void expectGenerated(String... ids) throws Exception {
        try (URLClassLoader loader = Project.loader(folder.resolve("classes"))) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactlyInAnyOrder(ids);
            assertThat(scanned.handlers()).extracting(HandlerSpec::foundBy).containsOnly(FoundBy.INDEX);
            assertThat(scanned.handlers())
                    .allMatch(handler -> ((HandlerTarget.OfMethod) handler.target()).generated() != null);
        }
    }
}
