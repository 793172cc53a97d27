package dev.onchange.examples.benchmarks.start;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Measures works in JVMs that do nothing else. */
final class ColdStarts {

    private ColdStarts() {}

    /** The median of some rounds, in milliseconds. */
    static double median(StartMain.Work work, Path jars, int rounds) throws IOException {
        double[] millis = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            millis[i] = once(work, jars);
        }
        Arrays.sort(millis);
        return millis[rounds / 2];
    }

    private static double once(StartMain.Work work, Path jars) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartMain.class.getName(),
                        work.name(),
                        jars.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return Double.parseDouble(said.substring(said.lastIndexOf('\n') + 1));
    }
}
