package dev.onchange.examples.benchmarks.start;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A hundred modules, compiled with or without the processor, each in a jar. */
final class Jars {

    static final int MODULES = 100;

    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private final Path folder;

    Jars(Path folder) {
        this.folder = folder;
    }

    /** Compiles all in one run; returns the compiler's CPU time in milliseconds. */
    double compile(boolean processor) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("src"));
        List<Path> files = new ArrayList<>();
        for (int module = 0; module < MODULES; module++) {
            files.addAll(Sources.write(sources, module));
        }
        Path classes = Files.createDirectories(folder.resolve("classes"));
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime();
        compile(files, classes, processor);
        return (threads.getCurrentThreadCpuTime() - begin) / 1e6;
    }

    /** Makes a jar of each module. */
    void pack() throws IOException {
        for (int module = 0; module < MODULES; module++) {
            pack(folder.resolve("classes"), "m" + module);
        }
    }

    Path folder() {
        return folder;
    }

    private static void compile(List<Path> files, Path classes, boolean processor) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = new ArrayList<>(List.of("-d", classes.toString(), "-cp", CLASS_PATH));
            options.addAll(
                    processor
                            ? List.of(
                                    "-processorpath",
                                    CLASS_PATH,
                                    "-processor",
                                    "dev.onchange.processor.OnChangeProcessor")
                            : List.of("-proc:none"));
            boolean compiled = compiler.getTask(
                            said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            if (!compiled) {
                throw new IllegalStateException(said.toString());
            }
        }
    }

    /** What stands in the module's package, and what the index says of it: its list of types names all modules. */
    private void pack(Path classes, String module) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve(module + ".jar")));
                Stream<Path> files = Files.walk(classes.resolve("bench/" + module))) {
            files.filter(Files::isRegularFile)
                    .forEach(
                            file -> add(jar, classes.relativize(file).toString().replace('\\', '/'), file));
            addHandlers(jar, classes, module);
            addTypes(jar, classes, module);
        }
    }

    private static void addHandlers(JarOutputStream jar, Path classes, String module) throws IOException {
        for (int i = 0; i < Sources.HANDLER_CLASSES; i++) {
            String name = "META-INF/onchange/handlers/bench." + module + ".Handlers" + i;
            if (Files.exists(classes.resolve(name))) {
                add(jar, name, classes.resolve(name));
            }
        }
    }

    /** As if the module had been compiled by itself. */
    private static void addTypes(JarOutputStream jar, Path classes, String module) throws IOException {
        Path lists = classes.resolve("META-INF/onchange/types");
        if (!Files.isDirectory(lists)) {
            return;
        }
        try (Stream<Path> files = Files.list(lists)) {
            List<String> own = new ArrayList<>();
            for (Path file : files.toList()) {
                Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith("bench." + module + "."))
                        .forEach(own::add);
            }
            jar.putNextEntry(new JarEntry("META-INF/onchange/types/" + own.get(0)));
            jar.write(String.join("\n", own).getBytes(StandardCharsets.UTF_8));
            jar.closeEntry();
        }
    }

    private static void add(JarOutputStream jar, String name, Path file) {
        try {
            jar.putNextEntry(new JarEntry(name));
            Files.copy(file, jar);
            jar.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
