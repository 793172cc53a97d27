package dev.onchange.examples.benchmarks.start;

import dev.onchange.examples.benchmarks.run.Medians;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Measures works in JVMs that do nothing else, in turn, so that what slows the machine for a while slows each of them. */
final class ColdStarts {

    private final Map<Start, double[]> millis = new LinkedHashMap<>();

    private ColdStarts() {}

    /** Each so many times, one after the other; the first of a kind finds the machine's caches cold, and does not count. */
    static ColdStarts of(int turns, Start... starts) throws IOException {
        ColdStarts measured = new ColdStarts();
        for (Start start : starts) {
            measured.millis.put(start, new double[turns]);
            once(start);
        }
        for (int turn = 0; turn < turns; turn++) {
            for (Start start : starts) {
                measured.of(start)[turn] = once(start);
            }
        }
        return measured;
    }

    /** In milliseconds. */
    double median(Start start) {
        return Medians.of(of(start));
    }

    private double[] of(Start start) {
        return Objects.requireNonNull(millis.get(start));
    }

    /**
     * What is to be measured.
     *
     * @param jars the folder of the jars among which it looks for handlers
     */
    record Start(StartMain.Work work, Path jars) {}

    private static double once(Start start) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartMain.class.getName(),
                        start.work().name(),
                        start.jars().toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return Double.parseDouble(said.substring(said.lastIndexOf('\n') + 1));
    }
}
