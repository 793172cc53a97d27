package dev.onchange.examples.benchmarks.start;

import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A thousand handlers in two hundred classes among a hundred jars: compiled with and without the processor, then found. */
public final class Starts {

    private final String bench;
    private final Report report;
    private final int rounds;

    public Starts(String bench, Report report, int rounds) {
        this.bench = bench;
        this.report = report;
        this.rounds = rounds;
    }

    public void run() throws IOException {
        Path folder = Files.createTempDirectory("onchange-start");
        Jars plain = new Jars(Files.createDirectory(folder.resolve("plain")));
        Jars indexed = new Jars(Files.createDirectory(folder.resolve("indexed")));
        compile(plain, indexed);
        find(plain.folder(), indexed.folder());
    }

    /** Of CPU time, which other work on the machine does not lengthen; javac works on one thread. */
    private void compile(Jars plain, Jars indexed) throws IOException {
        double[] without = new double[rounds];
        double[] with = new double[rounds];
        report.figure("compiled without the processor, cold", plain.compile(false), "ms of CPU");
        report.figure("compiled with it, nearly cold", indexed.compile(true), "ms of CPU");
        for (int i = 0; i < rounds; i++) {
            without[i] = plain.compile(false);
            with[i] = indexed.compile(true);
        }
        plain.pack();
        indexed.pack();
        report.figure("compiled without the processor", median(without), "ms of CPU");
        report.figure("compiled with it", median(with), "ms of CPU");
        report.reach(Reach.atMostOf(
                bench, "the processor, 200 handler classes", 1_000, "ms", median(with) - median(without)));
    }

    private void find(Path plain, Path indexed) throws IOException {
        double scan = ColdStarts.median(StartMain.Work.SCAN, plain, rounds);
        double index = ColdStarts.median(StartMain.Work.INDEX, indexed, rounds);
        report.figure("handler classes found by scan", scan, "ms");
        report.figure("handler classes found by index", index, "ms");
        report.figure(
                "found by scan, loaded and read", ColdStarts.median(StartMain.Work.HANDLERS_READ, plain, rounds), "ms");
        report.figure(
                "found by index, loaded and read",
                ColdStarts.median(StartMain.Work.HANDLERS_READ, indexed, rounds),
                "ms");
        report.reach(Reach.atMostOf(bench, "the scan, 1,000 handlers in 100 jars", 1_000, "ms", scan));
        report.reach(Reach.atMost(bench, "found by index, 100 jars", 0.1, "scan", index / scan));
    }

    private static double median(double[] all) {
        double[] sorted = all.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
