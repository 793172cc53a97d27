package dev.onchange.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackagesTest {

    private static final String STOCK = """
        package com.acme.shop.stock;
        import dev.onchange.*;
        class Stock {
            @OnChange(collection = "items") void low(ChangeEvent<?> event) {}
        }
        """;

    @TempDir
    Path folder;

    private final HandlerScanner scanner = ScanFixture.scanner(Map.of());

    @Test
    void package_private_handlers_of_a_jar_are_found_in_the_packages_below_too() throws Exception {
        CompiledJar jar = CompiledJar.of(folder, STOCK);

        try (URLClassLoader loader = jar.loader()) {
            ScanResult scanned = scanner.packages(loader, "com.acme");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactly("com.acme.shop.stock.Stock#low");
            assertThat(type(scanned.handlers().get(0)).getClassLoader()).isSameAs(loader);
        }
    }

    @Test
    void classes_are_not_initialized() throws Exception {
        CompiledJar jar = CompiledJar.of(folder, """
            package com.acme;
            import dev.onchange.*;
            class Eager {
                static { System.setProperty("com.acme.Eager", "initialized"); }
                @OnChange void on(ChangeEvent<?> event) {}
            }
            """);

        try (URLClassLoader loader = jar.loader()) {
            ScanResult scanned = scanner.packages(loader, "com.acme");

            assertThat(scanned.handlers()).hasSize(1);
            assertThat(System.getProperty("com.acme.Eager")).isNull();
        }
    }

    @Test
    void handlers_by_an_annotation_of_another_package_that_carries_ours_are_found() throws Exception {
        CompiledJar jar = CompiledJar.of(folder, """
            package org.other;
            import dev.onchange.OnChange;
            import java.lang.annotation.*;
            @Retention(RetentionPolicy.RUNTIME) @OnChange(collection = "items")
            public @interface OnItem {}
            """, """
            package com.acme;
            class Stock {
                @org.other.OnItem void low(dev.onchange.ChangeEvent<?> event) {}
            }
            """);

        try (URLClassLoader loader = jar.loader()) {
            ScanResult scanned = scanner.packages(loader, "com.acme");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactly("com.acme.Stock#low");
        }
    }

    @Test
    void handlers_of_a_superclass_of_the_parent_loader_are_found() throws Exception {
        CompiledJar host = CompiledJar.of(folder, """
            package org.host;
            import dev.onchange.*;
            public abstract class Listener {
                @OnChange(collection = "items") protected void on(ChangeEvent<?> event) {}
            }
            """);
        CompiledJar plugin = CompiledJar.against(
                List.of(host), folder, "package com.acme; public class Plugin extends org.host.Listener {}");

        try (URLClassLoader parent = host.loader();
                URLClassLoader loader = plugin.loaderBelow(parent)) {
            ScanResult scanned = scanner.packages(loader, "com.acme");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactly("com.acme.Plugin#on");
        }
    }

    @Test
    void handlers_of_an_abstract_class_are_those_of_its_subclasses() throws Exception {
        CompiledJar jar = CompiledJar.of(
                folder,
                """
                package com.acme;
                import dev.onchange.*;
                abstract class Base {
                    @OnChange void on(ChangeEvent<?> event) {}
                }
                """,
                "package com.acme; class One extends Base {}",
                "package com.acme; abstract class Half extends Base {}",
                "package com.acme; class Two extends Half {}");

        try (URLClassLoader loader = jar.loader()) {
            ScanResult scanned = scanner.packages(loader, "com.acme");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers())
                    .extracting(HandlerSpec::id)
                    .containsExactlyInAnyOrder("com.acme.One#on", "com.acme.Two#on");
        }
    }

    @Test
    void a_class_that_a_container_has_generated_around_another_is_left_out() throws Exception {
        CompiledJar jar = CompiledJar.of(
                folder,
                STOCK,
                "package com.acme.shop.stock; class $Stock$Definition$Intercepted extends Stock {}",
                "package com.acme.shop.stock; class Stock$$SpringCGLIB$$0 extends Stock {}",
                "package com.acme.shop.stock; abstract class Half extends Stock {}",
                "package com.acme.shop.stock; class $Half$Definition$Intercepted extends Half {}");

        try (URLClassLoader loader = jar.loader()) {
            ScanResult scanned = scanner.packages(loader, "com.acme");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers())
                    .extracting(HandlerSpec::id)
                    .containsExactlyInAnyOrder(
                            "com.acme.shop.stock.Stock#low", "com.acme.shop.stock.$Half$Definition$Intercepted#low");
        }
    }

    @Test
    void what_kotlin_makes_of_an_interfaces_functions_is_left_out() throws Exception {
        CompiledJar jar = CompiledJar.of(
                folder,
                """
                package com.acme;
                import dev.onchange.*;
                interface Arrivals {
                    @OnChange(collection = "items") void arrived(ChangeEvent<?> event);
                    class DefaultImpls {
                        @OnChange(collection = "items") public static void arrived(Arrivals self, ChangeEvent<?> event) {}
                    }
                }
                """,
                "package com.acme; class Stock implements Arrivals { public void arrived(dev.onchange.ChangeEvent<?>"
                        + " event) {} }");

        try (URLClassLoader loader = jar.loader()) {
            ScanResult scanned = scanner.packages(loader, "com.acme");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactly("com.acme.Stock#arrived");
        }
    }

    @Test
    void an_interface_that_nothing_implements_is_refused() throws Exception {
        CompiledJar jar = CompiledJar.of(folder, """
            package com.acme;
            import dev.onchange.*;
            interface Lonely {
                @OnChange void on(ChangeEvent<?> event);
            }
            """);

        try (URLClassLoader loader = jar.loader()) {
            ScanResult scanned = scanner.packages(loader, "com.acme");

            assertThat(scanned.handlers()).isEmpty();
            assertThat(scanned.problems()).extracting(Problem::where).containsExactly("com.acme.Lonely#on");
            assertThat(scanned.problems().get(0).what()).contains("an interface");
        }
    }

    @Test
    void handlers_of_classes_without_a_name_are_found_on_objects_only() throws Exception {
        CompiledJar jar = CompiledJar.of(folder, STOCK, """
            package com.acme;
            import dev.onchange.*;
            class Main {
                Object handler() {
                    class Local {
                        @OnChange void on(ChangeEvent<?> event) {}
                    }
                    return new Object() {
                        @OnChange void on(ChangeEvent<?> event) {}
                    };
                }
            }
            """);

        try (URLClassLoader loader = jar.loader()) {
            ScanResult scanned = scanner.packages(loader, "com.acme");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).hasSize(1);
        }
    }

    @Test
    void a_class_that_lacks_another_is_refused_and_harms_no_other() throws Exception {
        CompiledJar jar = CompiledJar.of(folder, STOCK, "package com.acme; public class Missing {}", """
            package com.acme;
            import dev.onchange.*;
            class Lacking extends Missing {
                @OnChange void on(ChangeEvent<?> event) {}
            }
            """, """
            package com.acme;
            import dev.onchange.*;
            class LackingParameter {
                @OnChange void on(ChangeEvent<Missing> event) {}
            }
            """);

        try (URLClassLoader loader = jar.without("Missing.class").loader()) {
            ScanResult scanned = scanner.packages(loader, "com.acme");

            assertThat(scanned.handlers()).hasSize(1);
            assertThat(scanned.problems()).extracting(Problem::code).containsOnly(ProblemCode.CLASS_NOT_READABLE);
            assertThat(scanned.problems())
                    .extracting(Problem::where)
                    .containsExactlyInAnyOrder("com.acme.Lacking", "com.acme.LackingParameter");
            assertThat(scanned.problems()).extracting(Problem::what).allMatch(what -> what.contains("Missing"));
        }
    }

    @Test
    void a_package_without_handlers_is_refused_by_name() throws Exception {
        CompiledJar jar = CompiledJar.of(folder, STOCK, "package com.empty; class Nothing {}");

        try (URLClassLoader loader = jar.loader()) {
            ScanResult scanned =
                    scanner.packages(loader, "com.acme.shop", "com.empty", "com.acme.sho", "com.acme.shop ");

            assertThat(scanned.handlers()).hasSize(1);
            assertThat(scanned.problems()).extracting(Problem::code).containsOnly(ProblemCode.NO_HANDLERS);
            assertThat(scanned.problems())
                    .extracting(Problem::what)
                    .containsExactly(
                            "\"com.acme.shop \" is not the name of a package.",
                            "No method with @OnChange was found in this package or below it (1 classes there).",
                            "No method with @OnChange was found in this package or below it (0 classes there).");
        }
    }

    @Test
    void packages_that_overlap_give_each_handler_once() throws Exception {
        CompiledJar jar = CompiledJar.of(folder, STOCK);

        try (URLClassLoader loader = jar.loader()) {
            ScanResult scanned = scanner.packages(loader, "com.acme", "com.acme.shop.stock");

            assertThat(scanned.problems()).isEmpty();
            assertThat(scanned.handlers()).hasSize(1);
        }
    }

    @Test
    void the_class_path_is_searched_through_the_system_loader() {
        ScanResult scanned = scanner.packages(ClassLoader.getSystemClassLoader(), "dev.onchange.engine.scan.sample");

        assertThat(scanned.problems()).isEmpty();
        assertThat(scanned.handlers())
                .extracting(HandlerSpec::id)
                .containsExactlyInAnyOrder(
                        "dev.onchange.engine.scan.sample.Orders#on",
                        "dev.onchange.engine.scan.sample.Orders$Nested#on");
    }

    private static Class<?> type(HandlerSpec handler) {
        return ((HandlerTarget.OfMethod) handler.target()).type();
    }
}
