package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A user's module: sources, the folder they are compiled to, and the jar that is made of it. */
final class Project {

    private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
    private static final Pattern TYPE = Pattern.compile("(?:class|interface|record|enum) ([\\w$]+)");

    private final Path sources;
    private final Path classes;
    private final String classPath;

    Project(Path folder, Project... others) {
        this.sources = folder.resolve("src");
        this.classes = folder.resolve("classes");
        StringBuilder path = new StringBuilder(Libraries.path());
        for (Project other : others) {
            path.append(File.pathSeparatorChar).append(other.classes);
        }
        this.classPath = path.toString();
    }

    /** Writes sources of one type each. */
    Project with(String... texts) throws IOException {
        for (String text : texts) {
            Path file = sources.resolve(name(text).replace('.', '/') + ".java");
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        return this;
    }

    /** Compiles all sources with the processor at work. */
    Project compiled() throws IOException {
        compile(List.of(new OnChangeProcessor()), all(), classPath);
        return this;
    }

    /** Compiles some sources against the rest, as incremental builds do. */
    Project compiled(List<Processor> processors, String... names) throws IOException {
        compile(
                processors,
                Stream.of(names)
                        .map(name -> sources.resolve(name.replace('.', '/') + ".java"))
                        .toList(),
                classPath + File.pathSeparator + classes);
        return this;
    }

    /** Removes a file of the compiled ones. */
    Project without(String file) throws IOException {
        Files.delete(classes.resolve(file));
        return this;
    }

    /** As if a file of the compiled ones had been written so much later. */
    Project later(String file, Duration by) throws IOException {
        FileTime time = Files.getLastModifiedTime(classes.resolve(file));
        Files.setLastModifiedTime(
                classes.resolve(file), FileTime.from(time.toInstant().plus(by)));
        return this;
    }

    boolean has(String file) {
        return Files.exists(classes.resolve(file));
    }

    String text(String file) throws IOException {
        return Files.readString(classes.resolve(file));
    }

    Path classes() {
        return classes;
    }

    /** The jar of what has been compiled. */
    Path jar() throws IOException {
        Path jar = Files.createTempFile(classes.getParent(), "project", ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            files.filter(Files::isRegularFile).forEach(file -> add(file, out));
        }
        return jar;
    }

    /** A loader of jars or folders, below the loader of the tests. */
    static URLClassLoader loader(Path... roots) throws IOException {
        URL[] urls = new URL[roots.length];
        for (int i = 0; i < roots.length; i++) {
            urls[i] = roots[i].toUri().toURL();
        }
        return new URLClassLoader(urls, Project.class.getClassLoader());
    }

    private void add(Path file, JarOutputStream out) {
        try {
            JarEntry entry = new JarEntry(classes.relativize(file).toString().replace('\\', '/'));
            entry.setTime(Files.getLastModifiedTime(file).toMillis());
            out.putNextEntry(entry);
            Files.copy(file, out);
            out.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void compile(List<Processor> processors, List<Path> files, String path) throws IOException {
        Files.createDirectories(classes);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(diagnostics, Locale.ROOT, null)) {
            List<String> options = List.of(
                    "-d", classes.toString(), "-cp", path, processors.isEmpty() ? "-proc:none" : "-Xlint:-options");
            JavaCompiler.CompilationTask task = compiler.getTask(
                    null, manager, diagnostics, options, null, manager.getJavaFileObjectsFromPaths(files));
            task.setProcessors(processors);
            assertThat(task.call()).as(diagnostics.getDiagnostics().toString()).isTrue();
        }
    }

    private static String name(String text) {
        return first(PACKAGE, text) + "." + first(TYPE, text);
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }
}
