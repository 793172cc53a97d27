package dev.onchange.engine.plugin;

import dev.onchange.plugin.Plugins;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plug-in's files in a temporary folder, so that the user's can be replaced while the copies are in use, on every
 * operating system.
 */
final class PluginCopy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

    /** Where jars in a jar are looked for. */
    private static final List<String> NESTED = List.of("lib/", "META-INF/lib/");

    private final Path folder;
    private final List<Path> jars;

    private PluginCopy(Path folder, List<Path> jars) {
        this.folder = folder;
        this.jars = jars;
    }

    /** @throws IOException also if the jar is none */
    static PluginCopy of(PluginFiles files) throws IOException {
        Path folder = Files.createTempDirectory("onchange-plugin-");
        List<Path> jars = new ArrayList<>();
        PluginCopy copy = new PluginCopy(folder, jars);
        try {
            for (Path file : files.all()) {
                jars.add(Files.copy(file, folder.resolve(jars.size() + "-" + file.getFileName())));
            }
            copy.unpackNested();
            return copy;
        } catch (IOException | RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    /** The jar with the handlers. */
    Path main() {
        return jars.get(0);
    }

    /** All jars, for a class loader. */
    URL[] urls() throws MalformedURLException {
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        return urls;
    }

    private void unpackNested() throws IOException {
        try (JarFile jar = new JarFile(main().toFile())) {
            Enumeration<JarEntry> entries = jar.entries();
            while (entries.hasMoreElements()) {
                JarEntry entry = entries.nextElement();
                if (isNestedJar(entry.getName())) {
                    Path unpacked = folder.resolve(jars.size() + "-nested.jar");
                    try (InputStream content = jar.getInputStream(entry)) {
                        Files.copy(content, unpacked);
                    }
                    jars.add(unpacked);
                }
            }
        }
    }

    private static boolean isNestedJar(String entry) {
        return entry.endsWith(".jar") && NESTED.stream().anyMatch(entry::startsWith);
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(PluginCopy::delete);
        } catch (IOException | UncheckedIOException e) {
            // Where a library keeps a jar open, the operating system's own clearing up has to do it.
            LOG.debug("{} stays for now", folder, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
