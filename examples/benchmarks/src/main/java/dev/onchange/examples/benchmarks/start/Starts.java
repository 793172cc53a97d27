package dev.onchange.examples.benchmarks.start;

import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Medians;
import dev.onchange.examples.benchmarks.start.ColdStarts.Start;
import dev.onchange.examples.benchmarks.start.StartMain.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A thousand handlers in two hundred classes among a hundred jars: compiled with and without the processor, then found. */
public final class Starts {

    /** Of what has a goal: one process that does nothing else says little. */
    private static final int LEAST_ROUNDS = 5;

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
        report.figure("compiled without the processor", Medians.of(without), "ms of CPU");
        report.figure("compiled with it", Medians.of(with), "ms of CPU");
        report.reach(Reach.atMost(
                bench,
                "compiled with the processor, 200 handler classes",
                2,
                "javac alone",
                Medians.of(with) / Medians.of(without)));
    }

    private void find(Path plain, Path indexed) throws IOException {
        Start scan = new Start(Work.SCAN, plain);
        Start index = new Start(Work.INDEX, indexed);
        Start readByScan = new Start(Work.HANDLERS_READ, plain);
        Start readByIndex = new Start(Work.HANDLERS_READ, indexed);
        ColdStarts cold = ColdStarts.of(Math.max(rounds, LEAST_ROUNDS), scan, index);
        ColdStarts read = ColdStarts.of(rounds, readByScan, readByIndex);
        report.figure("handler classes found by scan", cold.median(scan), "ms");
        report.figure("handler classes found by index", cold.median(index), "ms");
        report.figure("found by scan, loaded and read", read.median(readByScan), "ms");
        report.figure("found by index, loaded and read", read.median(readByIndex), "ms");
        report.reach(
                Reach.atMost(bench, "found by index, 100 jars", 0.1, "scan", cold.median(index) / cold.median(scan)));
    }
}
