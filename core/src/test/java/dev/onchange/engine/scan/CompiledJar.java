package dev.onchange.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.HandlerClassPath;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** A jar with classes that are not on the class path. */
final class CompiledJar {

    private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
    private static final Pattern TYPE = Pattern.compile("(?:class|interface) ([\\w$]+)");

    private final Path folder;
    private final Path jar;

    private CompiledJar(Path folder, Path jar) {
        this.folder = folder;
        this.jar = jar;
    }

    /** Compiles sources of one type each. */
    static CompiledJar of(Path parent, String... sources) throws IOException {
        return against(List.of(), parent, sources);
    }

    /** Compiles sources of one type each that may use the classes of other jars. */
    static CompiledJar against(List<CompiledJar> others, Path parent, String... sources) throws IOException {
        Path folder = Files.createTempDirectory(parent, "classes");
        String classPath = HandlerClassPath.with(others.stream().map(other -> other.jar.toString()));
        List<String> arguments =
                new ArrayList<>(List.of("-d", folder.toString(), "-cp", classPath, "-proc:none", "-Xlint:none"));
        Path sourceFolder = Files.createTempDirectory(parent, "sources");
        for (String source : sources) {
            Path file = sourceFolder.resolve(first(PACKAGE, source) + "/" + first(TYPE, source) + ".java");
            Files.createDirectories(file.getParent());
            arguments.add(Files.writeString(file, source).toString());
        }
        compile(arguments);
        CompiledJar compiled = new CompiledJar(folder, folder.resolveSibling(folder.getFileName() + ".jar"));
        compiled.writeWithout(List.of());
        return compiled;
    }

    /** A loader of the jar alone, below the loader of the tests. */
    URLClassLoader loader() throws IOException {
        return loaderBelow(CompiledJar.class.getClassLoader());
    }

    /** A loader of the jar alone, below another one. */
    URLClassLoader loaderBelow(ClassLoader parent) throws IOException {
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, parent);
    }

    /** The jar without a class file, as if a dependency were missing. */
    CompiledJar without(String classFile) throws IOException {
        CompiledJar smaller = new CompiledJar(folder, folder.resolveSibling("without-" + classFile + ".jar"));
        smaller.writeWithout(List.of(classFile));
        return smaller;
    }

    private static void compile(List<String> arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int result =
                ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, arguments.toArray(String[]::new));
        assertThat(result).as(output.toString()).isZero();
    }

    private void writeWithout(List<String> classFiles) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !classFiles.contains(file.getFileName().toString()))
                    .forEach(file -> write(file, out));
        }
    }

    private void write(Path file, JarOutputStream out) {
        try {
            out.putNextEntry(new JarEntry(folder.relativize(file).toString().replace('\\', '/')));
            Files.copy(file, out);
            out.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String first(Pattern pattern, String source) {
        Matcher matcher = pattern.matcher(source);
        assertThat(matcher.find()).as(source).isTrue();
        return matcher.group(1);
    }
}
