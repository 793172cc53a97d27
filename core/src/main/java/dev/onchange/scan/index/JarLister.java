package dev.onchange.scan.index;

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

/** Lists what is in a jar. */
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
        Collector collector = new Collector(packages);
        List<Path> further = List.of();
        while (entries.next()) {
            if (beginnings.fit(entries)) {
                String name = entries.name();
                long seconds = entries.seconds();
                if (collector.add(name, seconds)) {
                    collector.addTypes(new String(entries.content(), StandardCharsets.UTF_8), seconds);
                } else if (name.equalsIgnoreCase(MANIFEST)) {
                    further = named(entries.content(), jar);
                }
            }
        }
        return collector.finish(jar, further, true);
    }

    /** The same for what is written in an unusual way, such as a jar of more than 65,534 files. */
    private Listing listByTable(Path jar) throws IOException {
        Collector collector = new Collector(packages);
        List<Path> further = List.of();
        try (ZipFile table = new ZipFile(jar.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = table.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                long seconds = TimeUnit.MILLISECONDS.toSeconds(entry.getTime());
                if (collector.add(entry.getName(), seconds)) {
                    collector.addTypes(new String(content(table, entry), StandardCharsets.UTF_8), seconds);
                } else if (entry.getName().equalsIgnoreCase(MANIFEST)) {
                    further = named(content(table, entry), jar);
                }
            }
        }
        return collector.finish(jar, further, true);
    }

    private static byte[] content(ZipFile jar, ZipEntry entry) throws IOException {
        try (InputStream stream = jar.getInputStream(entry)) {
            return stream.readAllBytes();
        }
    }

    /** Most manifests name no jars, and many are long: only the others are parsed. */
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
}
