package dev.onchange.examples.benchmarks.report;

import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Series;
import dev.onchange.examples.benchmarks.run.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.bson.Document;

/** Prints each figure as soon as it is there; writes and draws them. */
public final class Report {

    private static final String ROW = "  %-48s %10s %9s %9s %9s %9s %9s %9s%n";

    private final Path folder;
    private final Document machine;
    private final List<Document> measurements = new ArrayList<>();
    private final List<Reach> reaches = new ArrayList<>();
    private final Map<String, Panel> panels = new LinkedHashMap<>();
    private final Map<String, Throwable> failures = new LinkedHashMap<>();

    public Report(Path folder, Stage stage) {
        this.folder = folder;
        this.machine = new Document("server", stage.server())
                .append("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"))
                .append("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"))
                .append("cores", Runtime.getRuntime().availableProcessors())
                .append("scale", stage.scale())
                .append("rounds", stage.rounds());
    }

    /** A benchmark begins, so long after the first. */
    public void begin(String bench, String shows, Duration sinceFirst) {
        System.out.printf("%n%s, after %s: %s%n", bench, Numbers.minutes(sinceFirst), shows);
    }

    /** A benchmark has ended, after so long. */
    public void ended(String bench, Duration took) {
        System.out.printf("  %s took %s%n", bench, Numbers.minutes(took));
    }

    /** A benchmark could not go on; what it has measured so far stays. */
    public void failed(String bench, Throwable failure) {
        failures.put(bench, failure);
        failure.printStackTrace();
    }

    /** What the contenders needed for a work. */
    public void results(String bench, String work, Results results) {
        System.out.printf(ROW, work, "events/s", "total s", "drain s", "JVM µs", "in all", "server µs", "bytes");
        for (Series series : results.all()) {
            System.out.printf(
                    ROW,
                    series.contender(),
                    Numbers.plain(series.median(Measurement::rate)),
                    Numbers.plain(series.median(Measurement::total)),
                    Numbers.plain(series.median(Measurement::drain)),
                    Numbers.plain(series.median(Measurement::jvmMicrosPerEvent)),
                    Numbers.plain(series.median(Measurement::jvmMicrosInAll)),
                    Numbers.plain(series.median(Measurement::serverMicrosPerEvent)),
                    Numbers.plain(series.median(Measurement::bytesPerEvent)));
            for (int round = 0; round < series.rounds().size(); round++) {
                measurements.add(new Document("bench", bench)
                        .append("work", work)
                        .append("contender", series.contender())
                        .append("round", round + 1)
                        .append("measured", series.rounds().get(round).toDocument()));
            }
        }
    }

    /** A figure by itself. */
    public void figure(String what, double value, String unit) {
        System.out.printf("  %-48s %10s %s%n", what, Numbers.plain(value), unit);
    }

    /** A figure of the table. */
    public void reach(Reach reach) {
        reaches.add(reach);
        System.out.printf(
                Locale.ROOT,
                "  → %s: %s (%s)%s%n",
                reach.work(),
                reach.shown(),
                reach.goal(),
                !reach.hasGoal() ? "" : reach.reached() ? ": reached" : ": NOT reached");
    }

    /** A bar of the picture for each contender: the median. */
    public void bars(String panel, Results results, ToDoubleFunction<Measurement> what) {
        for (Series series : results.all()) {
            bar(panel, series.contender(), series.median(what));
        }
    }

    /** A bar of the picture. */
    public void bar(String panel, String name, double value) {
        ((Bars) panels.computeIfAbsent(panel, Bars::new)).add(name, value);
    }

    /** A point of a curve of the picture. */
    public void point(Curves.Axes axes, String curve, double x, double y) {
        ((Curves) panels.computeIfAbsent(axes.title(), title -> new Curves(axes))).add(curve, x, y);
    }

    /** Writes and draws what is there so far. */
    public void write() {
        ResultFiles files = new ResultFiles(folder);
        files.write("results.json", files.json(machine, measurements, reaches));
        files.write("results.csv", files.csv(measurements));
        files.write("reached.md", table());
        files.write("speed.svg", new Picture(machine, reaches, List.copyOf(panels.values())).svg());
    }

    /** Puts the figures into a page, between its marks. */
    public void show(Path page) {
        ResultFiles.replace(page, table());
    }

    private String table() {
        return ResultFiles.markdown(machine, reaches, failures);
    }

    /** All is measured, after so long; says whether nothing failed. */
    public boolean end(Duration took) {
        System.out.printf("%nFigures and picture: %s%n", folder.toAbsolutePath().normalize());
        System.out.printf("  all of it took %s%n", Numbers.minutes(took));
        failures.forEach((bench, failure) -> System.out.printf("  %s FAILED: %s%n", bench, failure));
        return failures.isEmpty();
    }
}
