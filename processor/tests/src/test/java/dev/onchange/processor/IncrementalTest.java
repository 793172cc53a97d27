package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.scan.HandlerScanner;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.ScanResult;
import dev.onchange.inject.Instances;
import java.io.InputStream;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two compilations into one folder, the second of changed sources only, as Gradle and editors do it. */
class IncrementalTest {

    @TempDir
    Path folder;

    private final HandlerScanner scanner = new HandlerScanner(name -> null, "shop", Instances.ofConstructors());
    private final Recording first = new Recording();

    private Project project;

    @BeforeEach
    void compileAll() throws Exception {
        project = new Project(folder)
                .with(
                        handler("Apples", "ripe"),
                        handler("Bananas", "ripe"),
                        handler("Cherries", "ripe"),
                        plain("Dates"))
                .compiled(List.of(first), "shop.Apples", "shop.Bananas", "shop.Cherries", "shop.Dates");
    }

    @Test
    void gradle_reads_where_it_looks_that_the_processor_is_isolating() throws Exception {
        try (InputStream stream =
                OnChangeProcessor.class.getResourceAsStream("/META-INF/gradle/incremental.annotation.processors")) {
            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip())
                    .isEqualTo(OnChangeProcessor.class.getName() + ",isolating\n" + ClaimingProcessor.class.getName()
                            + ",isolating");
        }
    }

    @Test
    void each_file_comes_from_one_source() {
        assertThat(first.origins()).hasSize(3 * 3 + 1);
        assertThat(first.origins().values())
                .allSatisfy(origins -> assertThat(origins).hasSize(1));
        assertThat(first.origins().get("META-INF/onchange/handlers/shop.Bananas"))
                .containsExactly("shop.Bananas");
    }

    @Test
    void a_changed_class_is_called_as_it_is_now() throws Exception {
        forget("shop.Bananas");
        project.with(handler("Bananas", "green")).compiled(List.of(new OnChangeProcessor()), "shop.Bananas");

        expect(true, "shop.Apples#ripe", "shop.Bananas#green", "shop.Cherries#ripe");
    }

    @Test
    void a_class_that_gets_and_one_that_loses_handlers_need_no_scan() throws Exception {
        forget("shop.Cherries");
        forget("shop.Dates");
        project.with(plain("Cherries"), handler("Dates", "dry"))
                .compiled(List.of(new OnChangeProcessor()), "shop.Cherries", "shop.Dates");

        expect(true, "shop.Apples#ripe", "shop.Bananas#ripe", "shop.Dates#dry");
    }

    @Test
    void a_deleted_class_leaves_nothing() throws Exception {
        forget("shop.Bananas");

        expect(true, "shop.Apples#ripe", "shop.Cherries#ripe");
    }

    @Test
    void the_deleted_class_that_the_list_of_types_belonged_to_costs_a_scan_and_no_handler() throws Exception {
        forget("shop.Apples");

        expect(false, "shop.Bananas#ripe", "shop.Cherries#ripe");
    }

    private void expect(boolean byIndexAlone, String... ids) throws Exception {
        Path jar = project.jar();
        assertThat(dev.onchange.engine.scan.index.Index.of(jar, dev.onchange.engine.scan.index.Packages.ALL)
                        .isWhole())
                .isEqualTo(byIndexAlone);
        try (URLClassLoader loader = Project.loader(jar)) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.notices()).isEmpty();
            assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactlyInAnyOrder(ids);
        }
    }

    /** Deletes a class and all that was made from it, as the build tool does. */
    private void forget(String type) throws Exception {
        Files.delete(project.classes().resolve(type.replace('.', '/') + ".class"));
        for (Map.Entry<String, List<String>> file : first.origins().entrySet()) {
            if (file.getValue().equals(List.of(type))) {
                Files.delete(project.classes().resolve(file.getKey()));
            }
        }
    }

    private static String handler(String type, String method) {
        return """
                package shop;
                class %s {
                    @dev.onchange.OnChange(collection = "fruit") void %s(dev.onchange.ChangeEvent<?> change) {}
                }
                """.formatted(type, method);
    }

    private static String plain(String type) {
        return "package shop; class %s {}".formatted(type);
    }
}
