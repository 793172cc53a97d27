package dev.onchange.examples.benchmarks;

import dev.onchange.examples.benchmarks.micro.Micro;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Runs the benchmarks that the arguments name, see {@link Options}. */
public final class Benchmarks {

    private static final List<Bench> BENCHES = List.of(
            new P1Drain(),
            new P2Equalities(),
            new P3ManyHandlers(),
            new P4Collections(),
            new P5Cpu(),
            new P6Latency(),
            new P7LookUp(),
            new P8Memory(),
            new P9Positions(),
            new P10Start(),
            new P11Sizes(),
            new P12Batches(),
            new P13Snapshot(),
            new P14Cluster(),
            new P15Scale(),
            new P16MixedFilters(),
            new P17NewProcess(),
            new FilterForms());

    private Benchmarks() {}

    public static void main(String[] args) throws Exception {
        Options options = Options.parse(args);
        if (options.benches().contains(Micro.NAME)) {
            Micro.run(options.jmh(), options.results());
            return;
        }
        System.exit(run(chosen(options.benches()), options) ? 0 : 1);
    }

    /** One that fails does not keep the others from being measured and written; says whether none did. */
    private static boolean run(List<Bench> chosen, Options options) {
        Report report = report(options);
        Instant first = Instant.now();
        for (int i = 0; i < chosen.size(); i++) {
            Bench bench = chosen.get(i);
            Instant began = Instant.now();
            report.begin(
                    "%s, %d of %d".formatted(bench.name(), i + 1, chosen.size()),
                    bench.shows(),
                    Duration.between(first, began));
            attempt(bench, report, () -> run(bench, report, options));
            attempt(bench, report, report::write);
            report.ended(bench.name(), Duration.between(began, Instant.now()));
        }
        // At the end: a page with the figures of some would be worse than the former one.
        options.readme().ifPresent(report::show);
        return report.end(Duration.between(first, Instant.now()));
    }

    /** On a server of its own, so that it does not depend on what another work has left there. */
    private static void run(Bench bench, Report report, Options options) {
        try (Stage stage = stage(options)) {
            bench.run(stage, report);
        }
    }

    private static Report report(Options options) {
        try (Stage stage = stage(options)) {
            return new Report(options.results(), stage);
        }
    }

    private static Stage stage(Options options) {
        return Stage.open(options.scale(), options.rounds(), options.jvm());
    }

    private static void attempt(Bench bench, Report report, Runnable work) {
        try {
            work.run();
        } catch (Exception | Error failure) {
            report.failed(bench.name(), failure);
        }
    }

    private static List<Bench> chosen(List<String> names) {
        List<Bench> chosen = BENCHES.stream()
                .filter(bench -> names.contains(Options.ALL) || names.contains(bench.name()))
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("No benchmark is called " + names + "; there are "
                    + BENCHES.stream().map(Bench::name).toList() + ", " + Micro.NAME + " and " + Options.ALL);
        }
        return chosen;
    }
}
