package dev.onchange.examples.benchmarks.start;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.engine.scan.HandlerScanner;
import dev.onchange.engine.scan.ScanResult;
import dev.onchange.engine.scan.index.Index;
import dev.onchange.engine.scan.index.Packages;
import dev.onchange.inject.Instances;
import io.github.classgraph.ClassGraph;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds handlers once, in a JVM that has just begun and has done what listeners do before, which is to create a client; and
 * prints the milliseconds that it took.
 */
final class StartMain {

    private static final int HANDLERS = Jars.MODULES * Sources.HANDLER_CLASSES * Sources.HANDLERS;

    private StartMain() {}

    public static void main(String[] args) throws Exception {
        Work work = Work.valueOf(args[0]);
        try (MongoClient client = MongoClients.create("mongodb://127.0.0.1:1");
                URLClassLoader loader = loader(Path.of(args[1]))) {
            long begin = System.nanoTime();
            int found = work.run(loader);
            double millis = (System.nanoTime() - begin) / 1e6;
            if (found != work.expected) {
                throw new IllegalStateException(work + " found " + found + " instead of " + work.expected);
            }
            System.out.println(millis);
        }
    }

    private static URLClassLoader loader(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
            URL[] urls = new URL[jars.size()];
            for (int i = 0; i < urls.length; i++) {
                urls[i] = jars.get(i).toUri().toURL();
            }
            return new URLClassLoader(urls, StartMain.class.getClassLoader());
        }
    }

    /** What is measured. */
    enum Work {
        /** Which classes have handlers, by what the processor left. */
        INDEX(Jars.MODULES * Sources.HANDLER_CLASSES) {
            @Override
            int run(ClassLoader loader) {
                Index index = Index.of(loader, new Packages(List.of("bench")));
                return index.isWhole() ? index.handlerClasses().size() : -1;
            }
        },
        /** The same by reading class files, as it is done without an index. */
        SCAN(Jars.MODULES * Sources.HANDLER_CLASSES) {
            @Override
            int run(ClassLoader loader) {
                ClassGraph classGraph = new ClassGraph()
                        .overrideClassLoaders(loader)
                        .acceptPackages("bench")
                        .enableClassInfo()
                        .enableMethodInfo()
                        .enableAnnotationInfo()
                        .enableExternalClasses()
                        .ignoreClassVisibility()
                        .ignoreMethodVisibility()
                        .disableRuntimeInvisibleAnnotations();
                try (io.github.classgraph.ScanResult result = classGraph.scan()) {
                    return result.getClassesWithMethodAnnotation("dev.onchange.OnChange")
                            .size();
                }
            }
        },
        /** All of it: the classes found and loaded, and their handlers read. */
        HANDLERS_READ(HANDLERS) {
            @Override
            int run(ClassLoader loader) {
                ScanResult scanned =
                        new HandlerScanner(name -> null, "shop", Instances.ofConstructors()).packages(loader, "bench");
                return scanned.problems().isEmpty() ? scanned.handlers().size() : -1;
            }
        };

        private final int expected;

        Work(int expected) {
            this.expected = expected;
        }

        abstract int run(ClassLoader loader);
    }
}
