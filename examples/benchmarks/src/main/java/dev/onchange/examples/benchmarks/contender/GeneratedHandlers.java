package dev.onchange.examples.benchmarks.contender;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Writes and compiles classes with many handler methods, as many people would have written them. */
public final class GeneratedHandlers {

    private static final int PER_CLASS = 500;

    /** Compiling is no part of the work: each sort of handlers is compiled once. */
    private static final Map<String, List<Class<?>>> COMPILED = new HashMap<>();

    private GeneratedHandlers() {}

    /** The attributes of the annotation of the handler of that number. */
    @FunctionalInterface
    public interface Attributes {
        String of(int handler);
    }

    /** The id of the handler of that number. */
    public static String id(int handler) {
        return "h" + handler;
    }

    /** Each wants one value. */
    public static String bySku(int handler) {
        return "collection = \"${collection}\", match = \"{ 'fullDocument.sku': '" + Task.sku(handler) + "' }\"";
    }

    /** The same, with the document after an update, too. */
    static String bySkuLookedUp(int handler) {
        return bySku(handler) + ", fullDocument = com.mongodb.client.model.changestream.FullDocument.UPDATE_LOOKUP";
    }

    /**
     * A range of {@code qty}, an expression of {@code price} or the beginning of {@code sku} each: the last one alone wants
     * something, what {@code Backlog.mark} makes, if the handlers are a thousand.
     */
    static String mixed(int handler) {
        String match = switch (handler % 3) {
            case 0 ->
                "'fullDocument.qty': { $gte: %d, $lt: %d }".formatted(1_000 * (handler + 1), 1_000 * (handler + 2));
            case 1 -> "$expr: { $gt: [ '$fullDocument.price', %d ] }".formatted(1_000_000_000 + handler);
            default -> "'fullDocument.sku': { $regex: '^vip-%d-.*x$' }".formatted(handler);
        };
        return "collection = \"${collection}\", operation = \"insert\", match = \"{ " + match + " }\"";
    }

    /** Each wants one collection. */
    static String byCollection(int handler) {
        return "collection = \"" + Task.collection(handler) + "\", operation = \"insert\"";
    }

    /** Objects with so many methods in all, each telling the receiver how large the document is. */
    public static List<Object> of(int handlers, Attributes attributes, Receiver receiver) {
        return COMPILED.computeIfAbsent(handlers + attributes.of(0), key -> compile(handlers, attributes)).stream()
                .map(type -> instance(type, receiver))
                .toList();
    }

    private static Object instance(Class<?> type, Receiver receiver) {
        try {
            return type.getConstructor(Receiver.class).newInstance(receiver);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Class<?>> compile(int handlers, Attributes attributes) {
        try {
            Path folder = Files.createTempDirectory("onchange-benchmark-");
            List<String> names = new ArrayList<>();
            List<Path> sources = new ArrayList<>();
            for (int from = 0; from < handlers; from += PER_CLASS) {
                String name = "Handlers" + names.size();
                names.add(name);
                sources.add(Files.writeString(
                        folder.resolve(name + ".java"),
                        source(name, from, Math.min(handlers, from + PER_CLASS), attributes)));
            }
            compile(folder, sources);
            ClassLoader loader =
                    new URLClassLoader(new URL[] {folder.toUri().toURL()}, GeneratedHandlers.class.getClassLoader());
            List<Class<?>> types = new ArrayList<>();
            for (String name : names) {
                types.add(loader.loadClass(name));
            }
            return types;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String source(String name, int from, int to, Attributes attributes) {
        StringBuilder source = new StringBuilder("""
                import dev.onchange.OnChange;
                import dev.onchange.examples.benchmarks.contender.Receiver;
                import org.bson.RawBsonDocument;

                public class %1$s {
                    private final Receiver receiver;

                    public %1$s(Receiver receiver) {
                        this.receiver = receiver;
                    }
                """.formatted(name));
        IntStream.range(from, to).forEach(handler -> source.append("""

                    @OnChange(id = "%1$s", %2$s)
                    public void %1$s(RawBsonDocument document) {
                        receiver.received(document.getByteLength());
                    }
                """.formatted(id(handler), attributes.of(handler))));
        return source.append("}\n").toString();
    }

    private static void compile(Path folder, List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-proc:none", "-parameters", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(
                            complaints, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            if (!compiled) {
                throw new IllegalStateException(complaints.toString());
            }
        }
    }
}
