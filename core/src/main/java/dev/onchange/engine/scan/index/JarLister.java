package dev.onchange.engine.scan.index;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Lists the files of a jar. */
final class JarLister {

    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private final Packages packages;
    private final Beginnings beginnings;

    JarLister(Packages packages) {
        this.packages = packages;
        this.beginnings = new Beginnings(packages);
    }

    /** @throws ZipException if it is no jar */
    Listing list(Path jar) throws IOException {
        try (JarEntries entries = JarEntries.of(jar)) {
            return list(jar, entries);
        } catch (ZipException e) {
            return listByTable(jar);
        }
    }

    private Listing list(Path jar, JarEntries entries) throws IOException {
        Reading reading = new Reading(jar);
        while (entries.next()) {
            if (beginnings.fit(entries)) {
                reading.take(entries);
            }
        }
        return reading.finish();
    }

    /** The same for a jar of an unusual form, such as one of more than 65,534 files. */
    private Listing listByTable(Path jar) throws IOException {
        Reading reading = new Reading(jar);
        try (ZipFile table = new ZipFile(jar.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = table.entries(); entries.hasMoreElements(); ) {
                reading.take(new TableEntry(table, entries.nextElement()));
            }
        }
        return reading.finish();
    }

    /** Most manifests name no jars, and many are long: only manifests with a {@code Class-Path} are parsed. */
    private static List<Path> named(byte[] manifest, Path jar) throws IOException {
        if (!new String(manifest, StandardCharsets.ISO_8859_1).contains("Class-Path:")) {
            return List.of();
        }
        @Nullable
        String classPath = new Manifest(new ByteArrayInputStream(manifest))
                .getMainAttributes()
                .getValue(Attributes.Name.CLASS_PATH);
        return classPath == null ? List.of() : ClassPath.named(classPath, jar);
    }

    private record TableEntry(ZipFile table, ZipEntry entry) implements JarEntry {

        @Override
        public String name() {
            return entry.getName();
        }

        @Override
        public long seconds() {
            return TimeUnit.MILLISECONDS.toSeconds(entry.getTime());
        }

        @Override
        public byte[] content() throws IOException {
            try (InputStream stream = table.getInputStream(entry)) {
                return stream.readAllBytes();
            }
        }
    }

    /** Collects one jar's entries, and opens its manifest and its lists of types. */
    private final class Reading {

        private final Path jar;
        private final Collector collector = new Collector(packages);
        private List<Path> further = List.of();

        private Reading(Path jar) {
            this.jar = jar;
        }

        private void take(JarEntry entry) throws IOException {
            String name = entry.name();
            long seconds = entry.seconds();
            if (collector.add(name, seconds)) {
                collector.addTypes(new String(entry.content(), StandardCharsets.UTF_8), seconds);
            } else if (name.equalsIgnoreCase(MANIFEST)) {
                further = named(entry.content(), jar);
            }
        }

        private Listing finish() {
            return collector.finish(jar, further, true);
        }
    }
}
