package dev.onchange.examples.benchmarks.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.Main;

/** Runs the JMH benchmarks of this package, with the garbage collector's profiler. */
public final class Micro {

    /** By which they are chosen. */
    public static final String NAME = "jmh";

    private Micro() {}

    /** @param options of JMH, for example {@code MatchBenchmark -f 3} */
    public static void run(List<String> options, Path results) throws IOException {
        Files.createDirectories(results);
        List<String> all = new ArrayList<>(List.of("-prof", "gc", "-rf", "csv", "-rff"));
        all.add(results.resolve("jmh.csv").toString());
        all.addAll(options);
        Main.main(all.toArray(String[]::new));
    }
}
