package dev.onchange.processor;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Set;
import javax.lang.model.SourceVersion;
import javax.tools.DiagnosticListener;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The JDK's compiler, which reads the directories of all jars once, and not again for each of hundreds of compilations. */
final class SharedFilesCompiler implements JavaCompiler {

    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files = javac.getStandardFileManager(null, Locale.ROOT, null);

    @Override
    public StandardJavaFileManager getStandardFileManager(
            @Nullable DiagnosticListener<? super JavaFileObject> listener,
            @Nullable Locale locale,
            @Nullable Charset charset) {
        return files;
    }

    @Override
    public CompilationTask getTask(
            @Nullable Writer out,
            @Nullable JavaFileManager manager,
            @Nullable DiagnosticListener<? super JavaFileObject> listener,
            @Nullable Iterable<String> options,
            @Nullable Iterable<String> classes,
            @Nullable Iterable<? extends JavaFileObject> sources) {
        return javac.getTask(out, manager, listener, options, classes, sources);
    }

    @Override
    public int isSupportedOption(String option) {
        return javac.isSupportedOption(option);
    }

    @Override
    public int run(InputStream in, OutputStream out, OutputStream err, String... arguments) {
        return javac.run(in, out, err, arguments);
    }

    @Override
    public Set<SourceVersion> getSourceVersions() {
        return javac.getSourceVersions();
    }
}
