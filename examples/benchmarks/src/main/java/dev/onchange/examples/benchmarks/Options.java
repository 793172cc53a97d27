package dev.onchange.examples.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is to be measured.
 *
 * @param benches the names of the benchmarks
 * @param scale what part of the full size, at most 1
 * @param rounds how often each contender's turn comes; fewer by default in a run of all
 * @param results where the figures go; those of a run of all are kept beside the sources
 * @param readme shows the figures of a run of all; empty for any other
 * @param jmh more options of JMH
 * @param jvm more options of the contenders' JVMs, for example to profile them
 */
record Options(
        List<String> benches,
        double scale,
        int rounds,
        Path results,
        Optional<Path> readme,
        List<String> jmh,
        List<String> jvm) {

    static final String ALL = "all";

    /** @param args each {@code name=value}; what is empty takes its default */
    static Options parse(String... args) {
        Map<String, String> given = Arrays.stream(args)
                .map(arg -> arg.split("=", 2))
                .filter(pair -> pair.length == 2 && !pair[1].isBlank())
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].strip()));
        List<String> benches = words(given.getOrDefault("bench", ALL), ",");
        Path folder = Path.of(given.getOrDefault("folder", "."));
        boolean all = benches.equals(List.of(ALL));
        Path results = given.containsKey("results")
                ? Path.of(given.get("results"))
                : folder.resolve(all ? "results" : "target/results");
        return new Options(
                benches,
                Double.parseDouble(given.getOrDefault("scale", "1")),
                Integer.parseInt(given.getOrDefault("rounds", all ? "2" : "3")),
                results,
                Optional.ofNullable(given.get("readme")).filter(path -> all).map(Path::of),
                words(given.getOrDefault("jmh", ""), " "),
                words(given.getOrDefault("jvm", ""), " "));
    }

    private static List<String> words(String text, String separator) {
        return Arrays.stream(text.split(separator))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
