package dev.onchange.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onchange.ChangeListeners;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriverVersionTest {

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
    void any_other_is_taken(String version) {
        assertThatCode(() -> plan(version)).doesNotThrowAnyException();
    }

    /** In classes of their own, which see a driver that says it is of that version. */
    private void plan(String version) throws Throwable {
        try (URLClassLoader classes = new URLClassLoader(classPath(version), ClassLoader.getPlatformClassLoader())) {
            Class<?> api = classes.loadClass(ChangeListeners.class.getName());
            Object builder = api.getMethod("builder", String.class).invoke(null, "mongodb://localhost:1/shop");
            builder.getClass().getMethod("allowNoHandlers").invoke(builder);
            assertThat(builder.getClass().getClassLoader()).isSameAs(classes);
            builder.getClass().getMethod("plan").invoke(builder);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private URL[] classPath(String version) throws Exception {
        Path source = Files.writeString(
                folder.resolve("MongoDriverVersion.java"),
                "package com.mongodb.internal.build; public final class MongoDriverVersion {"
                        + " public static final String VERSION = \"" + version + "\"; }");
        assertThat(ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(System.out, System.err, "-proc:none", "-d", folder.toString(), source.toString()))
                .isZero();
        List<URL> urls = new ArrayList<>(List.of(url(folder)));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(url(Path.of(entry)));
        }
        return urls.toArray(URL[]::new);
    }

    private static URL url(Path entry) throws MalformedURLException {
        return entry.toUri().toURL();
    }
}
