package dev.onchange.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onchange.ChangeListeners;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LibraryVersionsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"4.11.5", "5.4.0"})
    void an_older_driver_is_refused_by_name(String version) {
        assertThatThrownBy(() -> plan(version))
                .hasMessageContaining("ONC-1124")
                .hasMessageContaining("Version " + version)
                .hasMessageContaining("needs 5.5 or later")
                .hasMessageContaining("mongodb.version")
                .hasMessageContaining("org.mongodb:mongodb-driver-bom");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.5.0", "5.10.0-beta1", "6.0.0", "of our own"})
    void any_other_driver_is_taken(String version) {
        assertThatCode(() -> plan(version)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "Reactor, reactor-core, 3.4.41, 3.5, reactor-bom.version",
        "SLF4J, slf4j-api, 1.7.36, 2.0, slf4j.version",
        "Micrometer, micrometer-core, 1.9.17, 1.10, micrometer.version"
    })
    void an_older_library_is_refused_by_name(String name, String jar, String version, String oldest, String property) {
        assertThatThrownBy(() -> planWith(jar, version))
                .hasMessageContaining("ONC-1124 " + name)
                .hasMessageContaining("Version " + version)
                .hasMessageContaining("needs " + oldest + " or later")
                .hasMessageContaining(property);
    }

    @ParameterizedTest
    @CsvSource({"reactor-core, 3.5.0", "slf4j-api, 2.0.0", "micrometer-core, 1.10.0", "reactor-core, 4.0.0-M1"})
    void any_other_library_is_taken(String jar, String version) {
        assertThatCode(() -> planWith(jar, version)).doesNotThrowAnyException();
    }

    /** Sees a driver that says it is of that version. */
    private void plan(String version) throws Throwable {
        plan(classPath(driverOf(version)));
    }

    /** Sees a library whose manifest says that it is of that version. */
    private void planWith(String jar, String version) throws Throwable {
        plan(classPath(jarOf(jar, version)));
    }

    /** In classes of their own. */
    private static void plan(URL[] classPath) throws Throwable {
        try (URLClassLoader classes = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> api = classes.loadClass(ChangeListeners.class.getName());
            Object builder = api.getMethod("builder", String.class).invoke(null, "mongodb://localhost:1/shop");
            builder.getClass().getMethod("allowNoHandlers").invoke(builder);
            assertThat(builder.getClass().getClassLoader()).isSameAs(classes);
            builder.getClass().getMethod("plan").invoke(builder);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Path driverOf(String version) throws IOException {
        Path source = Files.writeString(
                folder.resolve("MongoDriverVersion.java"),
                "package com.mongodb.internal.build; public final class MongoDriverVersion {"
                        + " public static final String VERSION = \"" + version + "\"; }");
        assertThat(ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(System.out, System.err, "-proc:none", "-d", folder.toString(), source.toString()))
                .isZero();
        return folder;
    }

    private Path jarOf(String name, String version) throws IOException {
        Path original = entries()
                .filter(entry -> entry.getFileName().toString().matches(name + "-\\d.*"))
                .findFirst()
                .orElseThrow();
        Path copy = Files.copy(original, folder.resolve("copy.jar"));
        try (FileSystem jar = FileSystems.newFileSystem(copy)) {
            Files.writeString(
                    jar.getPath(JarFile.MANIFEST_NAME),
                    "Manifest-Version: 1.0\nImplementation-Version: " + version + "\n");
        }
        return copy;
    }

    private static URL[] classPath(Path first) {
        return Stream.concat(Stream.of(first), entries())
                .map(LibraryVersionsTest::url)
                .toArray(URL[]::new);
    }

    private static Stream<Path> entries() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of);
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
