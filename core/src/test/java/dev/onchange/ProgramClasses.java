package dev.onchange;

import dev.onchange.localmongo.LocalMongo;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.springframework.util.FileSystemUtils;

/**
 * The class path of the tests in jars, and an archive of what programs load from them: loading, checking and linking some
 * 3,000 classes anew is a third of what a short program computes. The JVM archives no classes of folders. They are made
 * once a build, by the first test that starts a program, while those of other processes wait. A runtime that was linked
 * without an archive of its own classes cannot add to it: its programs load theirs from where the tests do.
 */
final class ProgramClasses {

    private static final Path ALL = Path.of("target", "programs").toAbsolutePath();

    private final Path folder;
    private final List<String> entries;

    private ProgramClasses(Path folder, List<String> entries) {
        this.folder = folder;
        this.entries = entries;
    }

    /** Made at the first call. */
    private static final class Holder {

        private static final List<String> OPTIONS = make();
    }

    /** The options that name the class path, and the archive if the runtime can have one. */
    static List<String> options() {
        return Holder.OPTIONS;
    }

    private static List<String> make() {
        String classPath = System.getProperty("java.class.path");
        if (Files.notExists(Path.of(System.getProperty("java.home"), "lib", "server", "classes.jsa"))) {
            return List.of("-cp", classPath);
        }
        List<String> entries = List.of(classPath.split(File.pathSeparator));
        try {
            // what was compiled anew since is another
            ProgramClasses classes = new ProgramClasses(ALL.resolve(Long.toHexString(stateOf(entries))), entries);
            Files.createDirectories(ALL.getParent());
            try (FileChannel file = FileChannel.open(
                    ALL.resolveSibling("programs.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                file.lock();
                if (Files.notExists(classes.archive())) {
                    FileSystemUtils.deleteRecursively(ALL);
                    classes.write();
                }
            }
            return List.of("-XX:SharedArchiveFile=" + classes.archive(), "-cp", classes.classPath());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Changes with each file that does, and with the JVM. */
    private static long stateOf(List<String> entries) throws IOException {
        CRC32 state = new CRC32();
        state.update(System.getProperty("java.vm.version").getBytes(StandardCharsets.UTF_8));
        for (String entry : entries) {
            try (Stream<Path> files = Files.walk(Path.of(entry))) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    String line = file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
                    state.update(line.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return state.getValue();
    }

    private Path archive() {
        return folder.resolve("classes.jsa");
    }

    private String classPath() {
        return entries.stream()
                .map(entry -> Files.isDirectory(Path.of(entry)) ? jarOf(entry).toString() : entry)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private Path jarOf(String entry) {
        return folder.resolve(entries.indexOf(entry) + ".jar");
    }

    private void write() throws IOException {
        Files.createDirectories(folder);
        for (String entry : entries) {
            if (Files.isDirectory(Path.of(entry))) {
                writeJar(Path.of(entry), jarOf(entry));
            }
        }
        LocalMongo mongo = LocalMongo.shared();
        List<String> options = List.of("-XX:ArchiveClassesAtExit=" + archive(), "-Xlog:cds=off", "-cp", classPath());
        Process program = new ProcessBuilder(JavaProgram.bare(
                        options,
                        ArchivedProgram.class,
                        mongo.connectionString(),
                        "archived_" + Long.toHexString(System.nanoTime())))
                .redirectErrorStream(true)
                .start();
        program.getOutputStream().close();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (Files.notExists(archive())) {
            throw new IllegalStateException("The classes of programs were not archived: " + output);
        }
    }

    private static void writeJar(Path classes, Path to) throws IOException {
        try (OutputStream file = Files.newOutputStream(to);
                ZipOutputStream jar = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            jar.setLevel(Deflater.NO_COMPRESSION);
            List<Path> files = new ArrayList<>(all.filter(Files::isRegularFile).toList());
            for (Path each : files) {
                jar.putNextEntry(
                        new ZipEntry(classes.relativize(each).toString().replace(File.separatorChar, '/')));
                Files.copy(each, jar);
            }
        }
    }
}
