package dev.onchange.engine.plugin;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What belongs to a plug-in in the file system: {@code pricing.jar} and, if there is a folder {@code pricing} beside it,
 * the jars in that.
 *
 * @param jar with the handlers
 * @param beside what they depend on
 */
record PluginFiles(Path jar, List<Path> beside) {

    private static final String JAR = ".jar";

    /**
     * How the files look from outside; different when they are others.
     *
     * @param parts of each file its name, size, time and, where the file system has one, its number
     * @param newest when something was last written
     */
    record Look(List<String> parts, Instant newest) {}

    /**
     * The jars of a folder, by name.
     *
     * @throws IOException also if there is no such folder
     * @throws java.nio.file.DirectoryIteratorException if it goes meanwhile
     */
    static List<Path> jarsIn(Path folder) throws IOException {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + JAR)) {
            files.forEach(jars::add);
        }
        Collections.sort(jars);
        return jars;
    }

    /** The jar, and those in the folder beside it if there is one. */
    static PluginFiles of(Path jar) throws IOException {
        Path beside = jar.resolveSibling(nameOf(jar));
        return new PluginFiles(jar, Files.isDirectory(beside) ? jarsIn(beside) : List.of());
    }

    /** The name of the plug-in: that of the file, without its ending. */
    static String nameOf(Path jar) {
        String file = String.valueOf(jar.getFileName());
        return file.endsWith(JAR) ? file.substring(0, file.length() - JAR.length()) : file;
    }

    /** @throws IOException also if one of them has just gone */
    Look look() throws IOException {
        List<String> parts = new ArrayList<>();
        Instant newest = Instant.MIN;
        for (Path file : all()) {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Instant written = attributes.lastModifiedTime().toInstant();
            parts.add(file.getFileName() + " " + attributes.size() + " " + written + " " + attributes.fileKey());
            newest = written.isAfter(newest) ? written : newest;
        }
        return new Look(List.copyOf(parts), newest);
    }

    List<Path> all() {
        List<Path> all = new ArrayList<>();
        all.add(jar);
        all.addAll(beside);
        return all;
    }
}
