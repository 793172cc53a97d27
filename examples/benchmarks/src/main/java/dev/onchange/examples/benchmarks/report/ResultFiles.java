package dev.onchange.examples.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.json.JsonWriterSettings;

/** The figures as files. */
final class ResultFiles {

    private static final List<String> COLUMNS =
            List.of("events", "total", "drain", "jvmCpu", "jvmCpuTotal", "serverCpu", "allocated");

    private static final String BEGIN = "<!-- figures -->\n";
    private static final String END = "<!-- end of figures -->";

    private final Path folder;

    ResultFiles(Path folder) {
        this.folder = folder;
    }

    void write(String name, String content) {
        try {
            Files.writeString(Files.createDirectories(folder).resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces what stands between the marks of a page. */
    static void replace(Path file, String figures) {
        try {
            String page = Files.readString(file);
            int begin = page.indexOf(BEGIN);
            int end = page.indexOf(END);
            if (begin < 0 || end < begin) {
                throw new IllegalStateException(file + " has no place for figures: " + BEGIN + END);
            }
            Files.writeString(file, page.substring(0, begin + BEGIN.length()) + figures + page.substring(end));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String json(Document machine, List<Document> measurements, List<Reach> reaches) {
        List<Document> reached = reaches.stream()
                .map(reach -> new Document("bench", reach.bench())
                        .append("work", reach.work())
                        .append("goal", reach.goal())
                        .append("value", reach.value())
                        .append("reached", reach.hasGoal() ? reach.reached() : null))
                .toList();
        return new Document("machine", machine)
                        .append("reached", reached)
                        .append("measurements", measurements)
                        .toJson(JsonWriterSettings.builder().indent(true).build())
                + "\n";
    }

    String csv(List<Document> measurements) {
        String head = "bench,work,contender,round," + String.join(",", COLUMNS) + "\n";
        return measurements.stream().map(ResultFiles::row).collect(Collectors.joining("\n", head, "\n"));
    }

    private static String row(Document measurement) {
        Document measured = measurement.get("measured", Document.class);
        return "%s,\"%s\",\"%s\",%s,"
                        .formatted(
                                measurement.get("bench"),
                                measurement.get("work"),
                                measurement.get("contender"),
                                measurement.get("round"))
                + COLUMNS.stream()
                        .map(column -> String.valueOf(measured.get(column)))
                        .collect(Collectors.joining(","));
    }

    /** @param failures why those did not end that did not, by their names */
    static String markdown(Document machine, List<Reach> reaches, Map<String, Throwable> failures) {
        String head = """
                | | work | reach | measured | |
                |---|---|---|---|---|
                """;
        Stream<String> failed = failures.entrySet().stream()
                .map(each -> "| %s | failed: %s | | | **failed** |"
                        .formatted(
                                each.getKey(),
                                each.getValue().toString().lines().findFirst().orElse("")));
        Stream<String> rows = reaches.stream()
                .map(reach -> "| %s | %s | %s | %s | %s |"
                        .formatted(
                                reach.bench(),
                                reach.work(),
                                reach.goal(),
                                reach.shown(),
                                !reach.hasGoal() ? "" : reach.reached() ? "reached" : "**not reached**"));
        return head + Stream.concat(rows, failed).collect(Collectors.joining("\n")) + "\n\n" + described(machine)
                + ".\n";
    }

    /** On what it was measured, and how much. */
    static String described(Document machine) {
        return "%s, %s, %s, %s cores; medians of %s alternating rounds at scale %s"
                .formatted(
                        machine.get("server"),
                        machine.get("java"),
                        machine.get("system"),
                        machine.get("cores"),
                        machine.get("rounds"),
                        machine.get("scale"));
    }
}
