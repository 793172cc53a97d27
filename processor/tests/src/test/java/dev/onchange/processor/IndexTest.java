package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.scan.FoundBy;
import dev.onchange.engine.scan.HandlerScanner;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.HandlerTarget;
import dev.onchange.engine.scan.ScanResult;
import dev.onchange.engine.scan.index.Index;
import dev.onchange.engine.scan.index.Packages;
import dev.onchange.inject.Instances;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Notice;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexTest {

    private static final String STOCK = """
        package shop.stock;
        import dev.onchange.*;
        class Stock {
            @OnChange(collection = "items") void low(ChangeEvent<?> change) {}
        }
        """;

    private static final String ORDERS = """
        package shop.orders;
        import dev.onchange.*;
        public class Orders {
            @OnChange(collection = "orders") public void placed(ChangeEvent<?> change, Attempt attempt) {}
        }
        """;

    private static final String PLAIN =
            "package shop.stock; class Plain { static class Inner {} Object o = new Object() {}; }";

    private static final String PLAIN_WITH_HANDLER = """
        package shop.stock;
        import dev.onchange.*;
        class Plain {
            @OnChange(collection = "items") void now(ChangeEvent<?> change) {}
        }
        """;

    private final HandlerScanner scanner = new HandlerScanner(name -> null, "shop", Instances.ofConstructors());

    @TempDir
    Path folder;

    private Project project;

    @BeforeEach
    void begin() {
        project = new Project(folder.resolve("project"));
    }

    @Test
    void a_class_has_an_entry_and_a_class_that_calls_it() throws Exception {
        project.with(STOCK, PLAIN).compiled();

        assertThat(project.text("META-INF/onchange/handlers/shop.stock.Stock"))
                .isEqualTo("low(dev.onchange.ChangeEvent):void\n");
        assertThat(project.text("META-INF/onchange/types/shop.stock.Plain"))
                .isEqualTo("shop.stock.Plain\nshop.stock.Stock\n");
        assertThat(project.has("shop/stock/Stock__OnChange.class")).isTrue();
        assertThat(project.has("shop/stock/Plain__OnChange.class")).isFalse();
    }

    @Test
    void handlers_of_a_jar_are_found_by_its_index_and_called_by_generated_code() throws Exception {
        Path jar = project.with(STOCK, ORDERS, PLAIN).compiled().jar();

        try (URLClassLoader loader = Project.loader(jar)) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.notices()).isEmpty();
            assertThat(scanned.handlers())
                    .extracting(HandlerSpec::id)
                    .containsExactlyInAnyOrder("shop.stock.Stock#low", "shop.orders.Orders#placed");
            assertThat(scanned.handlers()).extracting(HandlerSpec::foundBy).containsOnly(FoundBy.INDEX);
            assertThat(scanned.handlers()).allMatch(IndexTest::isGenerated);
        }
    }

    @Test
    void a_class_that_a_container_has_generated_around_another_is_left_out() throws Exception {
        Path jar = project.with(STOCK, "package shop.stock; class $Stock$Definition$Intercepted extends Stock {}")
                .compiled()
                .jar();

        try (URLClassLoader loader = Project.loader(jar)) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactly("shop.stock.Stock#low");
        }
        assertThat(Index.of(jar, Packages.ALL).isWhole()).isTrue();
        assertThat(project.has("shop/stock/$Stock$Definition$Intercepted__OnChange.class"))
                .isFalse();
    }

    @Test
    void nothing_of_an_indexed_jar_is_scanned() throws Exception {
        Path jar = project.with(STOCK, PLAIN).compiled().jar();

        Index index = Index.of(jar, Packages.ALL);

        assertThat(index.isWhole()).isTrue();
        assertThat(index.handlerClasses()).containsExactly("shop.stock.Stock");
    }

    @Test
    void a_jar_without_handlers_need_not_be_scanned_either() throws Exception {
        Path jar = project.with(PLAIN).compiled().jar();

        assertThat(Index.of(jar, Packages.ALL).isWhole()).isTrue();
    }

    @Test
    void a_folder_without_classes_in_the_packages_is_not_scanned() throws Exception {
        project.with(STOCK, ORDERS).compiled();

        assertThat(Index.of(project.classes(), new Packages(List.of("other"))).isWhole())
                .isTrue();
    }

    @Test
    void a_class_that_the_processor_never_saw_is_found_by_scan_and_said() throws Exception {
        project.with(STOCK).compiled();
        Path jar =
                project.with(ORDERS).compiled(List.of(), "shop.orders.Orders").jar();

        try (URLClassLoader loader = Project.loader(jar)) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers())
                    .extracting(HandlerSpec::id, HandlerSpec::foundBy)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("shop.stock.Stock#low", FoundBy.INDEX),
                            org.assertj.core.groups.Tuple.tuple("shop.orders.Orders#placed", FoundBy.SCAN));
            assertThat(scanned.notices()).extracting(Notice::code).containsExactly(ProblemCode.STALE_INDEX);
            assertThat(scanned.notices().get(0).what()).contains("shop.orders.Orders");
        }
    }

    @Test
    void a_class_that_an_editor_compiled_anew_in_a_folder_is_found() throws Exception {
        project.with(STOCK, PLAIN).compiled();
        project.with(PLAIN_WITH_HANDLER).compiled(List.of(), "shop.stock.Plain");

        assertNewHandlerIsFound(project.classes());
    }

    @Test
    void a_class_in_a_jar_that_an_editor_compiled_anew_an_hour_later_is_found() throws Exception {
        project.with(STOCK, PLAIN).compiled();
        Path jar = project.with(PLAIN_WITH_HANDLER)
                .compiled(List.of(), "shop.stock.Plain")
                .later("shop/stock/Plain.class", Duration.ofHours(1))
                .jar();

        assertNewHandlerIsFound(jar);
    }

    private void assertNewHandlerIsFound(Path root) throws Exception {
        try (URLClassLoader loader = Project.loader(root)) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.handlers())
                    .extracting(HandlerSpec::id)
                    .containsExactlyInAnyOrder("shop.stock.Stock#low", "shop.stock.Plain#now");
            assertThat(scanned.notices()).extracting(Notice::code).containsExactly(ProblemCode.STALE_INDEX);
        }
    }

    @Test
    void a_class_from_which_an_editor_took_the_handlers_away_is_said_and_no_error() throws Exception {
        project.with(STOCK, ORDERS).compiled();
        Path jar = project.with("package shop.stock; class Stock { void low() {} }")
                .compiled(List.of(), "shop.stock.Stock")
                .jar();

        try (URLClassLoader loader = Project.loader(jar)) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactly("shop.orders.Orders#placed");
            assertThat(scanned.notices()).extracting(Notice::code).containsExactly(ProblemCode.STALE_INDEX);
            assertThat(scanned.notices().get(0).where()).isEqualTo("shop.stock.Stock");
        }
    }

    @Test
    void an_entry_of_a_class_that_is_gone_is_said() throws Exception {
        Path jar = project.with(STOCK, ORDERS)
                .compiled()
                .without("shop/orders/Orders.class")
                .jar();

        try (URLClassLoader loader = Project.loader(jar)) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactly("shop.stock.Stock#low");
            assertThat(scanned.notices()).extracting(Notice::code).containsExactly(ProblemCode.STALE_INDEX);
        }
    }

    @Test
    void a_method_that_was_changed_since_is_called_by_reflection_and_said() throws Exception {
        project.with(STOCK).compiled();
        Path jar = project.with("""
            package shop.stock;
            import dev.onchange.*;
            class Stock {
                @OnChange(collection = "items") int low(ChangeEvent<?> change) { return 1; }
            }
            """).compiled(List.of(), "shop.stock.Stock").jar();

        try (URLClassLoader loader = Project.loader(jar)) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.handlers()).hasSize(1).noneMatch(IndexTest::isGenerated);
            assertThat(scanned.notices()).extracting(Notice::code).containsExactly(ProblemCode.STALE_INDEX);
            assertThat(scanned.notices().get(0).what()).contains("does not know low");
        }
    }

    @Test
    void classes_without_any_index_are_scanned_and_it_is_said_that_the_processor_is_there() throws Exception {
        Path jar = project.with(STOCK).compiled(List.of(), "shop.stock.Stock").jar();

        try (URLClassLoader loader = Project.loader(jar)) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.handlers()).extracting(HandlerSpec::foundBy).containsExactly(FoundBy.SCAN);
            assertThat(scanned.notices()).extracting(Notice::code).containsExactly(ProblemCode.PROCESSOR_NOT_RUN);
        }
    }

    @Test
    void a_class_that_inherits_handlers_of_another_jar_has_an_entry_of_its_own() throws Exception {
        Project library = new Project(folder.resolve("library")).with("""
            package org.library;
            import dev.onchange.*;
            public abstract class Listener<T> {
                @OnChange(collection = "items") public void on(T item) {}
                @OnChange(collection = "items", id = "hidden") protected void hidden(T item) {}
            }
            """).compiled(List.of(), "org.library.Listener");
        project = new Project(folder.resolve("project"), library).with("""
            package shop;
            class Items extends org.library.Listener<Items.Item> {
                record Item(int qty) {}
            }
            """);

        try (URLClassLoader loader = Project.loader(project.compiled().jar(), library.jar())) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.notices()).isEmpty();
            assertThat(scanned.handlers()).extracting(HandlerSpec::foundBy).containsOnly(FoundBy.INDEX);
            assertThat(scanned.handlers())
                    .filteredOn(IndexTest::isGenerated)
                    .extracting(HandlerSpec::id)
                    .containsExactly("shop.Items#on");
        }
    }

    @Test
    void handlers_that_a_library_adds_later_are_found_though_nothing_was_compiled_anew() throws Exception {
        String before = "package org.library; public class Listener { public void on(Object o) {} }";
        Project library =
                new Project(folder.resolve("library")).with(before).compiled(List.of(), "org.library.Listener");
        project = new Project(folder.resolve("project"), library)
                .with("package shop; class Items extends org.library.Listener {}");
        Path jar = project.compiled().jar();
        Path newer =
                library.with("""
                    package org.library;
                    import dev.onchange.*;
                    public class Listener {
                        @OnChange(collection = "items") public void on(ChangeEvent<?> change) {}
                    }
                    """).compiled(List.of(), "org.library.Listener").jar();

        try (URLClassLoader loader = Project.loader(jar, newer)) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactly("shop.Items#on");
        }
    }

    @Test
    void handlers_by_a_composed_annotation_are_in_the_index() throws Exception {
        project.with("""
            package shop;
            import dev.onchange.*;
            import java.lang.annotation.*;
            @Retention(RetentionPolicy.RUNTIME) @OnChange(collection = "items")
            @interface OnItem { String match() default ""; }
            """.replace("@interface OnItem", "@interface OnItem /* interface OnItem */"), """
            package shop;
            class Items {
                @OnItem(match = "{operationType: 'insert'}") void on(dev.onchange.ChangeEvent<?> change) {}
            }
            """)
                .compiled();

        try (URLClassLoader loader = Project.loader(project.jar())) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).extracting(HandlerSpec::foundBy).containsExactly(FoundBy.INDEX);
            assertThat(scanned.handlers()).allMatch(IndexTest::isGenerated);
        }
    }

    @Test
    void a_method_that_code_in_its_package_cannot_call_is_called_by_reflection_without_a_word() throws Exception {
        project.with("""
            package shop;
            import dev.onchange.*;
            class Items {
                private record Item(int qty) {}
                @OnChange(collection = "items") void secret(Item item) {}
                @OnChange(collection = "items") void open(ChangeEvent<Item> change) {}
            }
            """).compiled();

        try (URLClassLoader loader = Project.loader(project.jar())) {
            ScanResult scanned = scanner.packages(loader, "shop");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.notices()).isEmpty();
            assertThat(scanned.handlers())
                    .filteredOn(IndexTest::isGenerated)
                    .extracting(HandlerSpec::id)
                    .containsExactly("shop.Items#open");
        }
    }

    @Test
    void handlers_of_one_jar_alone_are_found_in_all_its_packages() throws Exception {
        Path jar = project.with(STOCK, ORDERS).compiled().jar();
        Path other = new Project(folder.resolve("other"))
                .with("package shop; class X { @dev.onchange.OnChange(collection = \"x\") void x() {} }")
                .compiled()
                .jar();

        try (URLClassLoader loader = Project.loader(jar, other)) {
            ScanResult scanned = scanner.root(loader, jar);

            assertThat(scanned.handlers())
                    .extracting(HandlerSpec::id)
                    .containsExactlyInAnyOrder("shop.stock.Stock#low", "shop.orders.Orders#placed");
        }
    }

    private static boolean isGenerated(HandlerSpec handler) {
        return ((HandlerTarget.OfMethod) handler.target()).generated() != null;
    }
}
