package dev.onchange.scan.index;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Lists jars and folders by the names of their files; no class file is opened. */
final class Listings {

    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private final Packages packages;

    Listings(Packages packages) {
        this.packages = packages;
    }

    /** Empty if there is nothing of that name, or nothing that could be listed. */
    Optional<Listing> of(Path root) {
        try {
            if (Files.isDirectory(root)) {
                return Optional.of(folder(root));
            }
            return Files.isRegularFile(root) ? Optional.of(jar(root)) : Optional.empty();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private Listing jar(Path root) throws IOException {
        Listing.Collector collector = new Listing.Collector(packages);
        List<Path> further = List.of();
        try (ZipFile jar = new ZipFile(root.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (collector.add(entry.getName())) {
                    collector.addTypes(lines(jar.getInputStream(entry)));
                }
            }
            ZipEntry manifest = jar.getEntry(MANIFEST);
            if (manifest != null) {
                further = named(jar.getInputStream(manifest), root);
            }
        }
        return collector.finish(root, further, true);
    }

    private Listing folder(Path root) throws IOException {
        Listing.Collector collector = new Listing.Collector(packages);
        Set<FileTime> times = new HashSet<>();
        for (Path folder : folders(root)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    times.add(Files.getLastModifiedTime(file));
                    if (collector.add(root.relativize(file).toString().replace('\\', '/'))) {
                        collector.addTypes(Files.readAllLines(file));
                    }
                }
            }
        }
        // A compiler that runs no processors may have been here since, as in an editor. Where all files are of one time
        // they were unpacked, as layers of images are.
        return collector.finish(root, List.of(), times.size() <= 1);
    }

    private List<Path> folders(Path root) {
        List<Path> folders = new ArrayList<>();
        if (packages.names().isEmpty()) {
            folders.add(root);
        } else {
            packages.names().forEach(name -> folders.add(root.resolve(name.replace('.', '/'))));
            folders.add(root.resolve(IndexFiles.HANDLERS));
            folders.add(root.resolve(IndexFiles.TYPES));
        }
        return folders.stream().filter(Files::isDirectory).toList();
    }

    private static List<String> lines(InputStream stream) throws IOException {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    /** Most manifests name none, and many are long: only the others are parsed. */
    private static List<Path> named(InputStream manifest, Path jar) throws IOException {
        try (manifest) {
            byte[] bytes = manifest.readAllBytes();
            if (!new String(bytes, StandardCharsets.ISO_8859_1).contains("Class-Path:")) {
                return List.of();
            }
            @Nullable
            String classPath = new Manifest(new ByteArrayInputStream(bytes))
                    .getMainAttributes()
                    .getValue(Attributes.Name.CLASS_PATH);
            return classPath == null ? List.of() : ClassPath.named(classPath, jar);
        }
    }
}
