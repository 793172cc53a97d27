package dev.onchange.processor;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;

/** Compiles handlers with the processor. */
final class Sources {

    /** The line of {@link #handler} on which its attributes begin. */
    static final long ATTRIBUTES = 13;

    private Sources() {}

    /** A class {@code shop.Stock} with one annotated method. */
    static JavaFileObject handler(String attributes, String method) {
        return JavaFileObjects.forSourceString("shop.Stock", """
                package shop;

                import com.mongodb.client.model.changestream.*;
                import com.mongodb.reactivestreams.client.ClientSession;
                import dev.onchange.*;
                import java.util.Map;
                import org.bson.*;

                class Stock<T> {
                    record Item(int qty) {}

                    @OnChange(
                            %s)
                    %s
                }
                """.formatted(attributes, method));
    }

    static Compilation compile(JavaFileObject... sources) {
        return Compiler.javac()
                .withClasspath(Libraries.files())
                .withProcessors(new OnChangeProcessor())
                .compile(sources);
    }

    /** The errors as {@code file:line code}. */
    static List<String> errors(Compilation compilation) {
        return compilation.errors().stream().map(Sources::place).toList();
    }

    /** The warnings in the same form. */
    static List<String> warnings(Compilation compilation) {
        return compilation.warnings().stream()
                .filter(warning -> warning.getMessage(Locale.ROOT).startsWith("ONC-"))
                .map(Sources::place)
                .toList();
    }

    private static String place(Diagnostic<? extends JavaFileObject> error) {
        String text = error.getMessage(Locale.ROOT);
        String file = error.getSource() == null ? "" : error.getSource().getName();
        return file.substring(file.lastIndexOf('/') + 1) + ":" + error.getLineNumber() + " "
                + text.substring(0, Math.min(8, text.length()));
    }
}
