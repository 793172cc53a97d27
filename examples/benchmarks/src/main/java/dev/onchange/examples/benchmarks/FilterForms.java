package dev.onchange.examples.benchmarks;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.or;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Curves;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Scan;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * What a filter of a change stream costs the server for each entry of its oplog, by its form: on these figures stand
 * the forms in which a plan writes filters, and from how many conditions on it does without one.
 */
final class FilterForms implements Bench {

    private static final int ENTRIES = 20_000;
    private static final List<Integer> NUMBERS = List.of(1, 2, 10, 50, 200, 500);

    /** {@code $or} is quadratic: beyond that it would take minutes. */
    private static final int LONGEST_OR = 50;

    private static final Curves.Axes ELSEWHERE = new Curves.Axes(
            "Server CPU per change of another collection, by the form of the filter",
            "operations of collections",
            "µs",
            true);
    private static final Curves.Axes HERE = new Curves.Axes(
            "Server CPU per change of the watched collection, by the form of the filter", "conditions", "µs", true);

    private static final Bson CONTROL = in("operationType", "drop", "dropDatabase", "invalidate", "rename");

    @Override
    public String name() {
        return "plan";
    }

    @Override
    public String shows() {
        return "what filters cost the server by their form, for the thresholds of the planner";
    }

    @Override
    public void run(Stage stage, Report report) {
        Map<String, IntFunction<Bson>> keys = new LinkedHashMap<>();
        keys.put("ns.coll $in", n -> in("ns.coll", named("c", n)));
        keys.put(
                "$expr $in of keys",
                n -> expression(
                        new Document("$concat", List.of("$operationType", "|", "$ns.coll")), named("insert|c", n)));
        keys.put(
                "$or of pairs",
                n -> or(named("c", n).stream()
                        .map(name -> and(eq("operationType", "insert"), eq("ns.coll", name)))
                        .toList()));
        compare(stage, report, ELSEWHERE, keys);

        Map<String, IntFunction<Bson>> values = new LinkedHashMap<>();
        values.put("one $in", n -> in("fullDocument.sku", named("none", n)));
        values.put("$expr $in", n -> expression("$fullDocument.sku", named("none", n)));
        values.put(
                "$or of ranges",
                n -> or(IntStream.range(0, n)
                        .mapToObj(i -> lt("fullDocument.qty", -1 - i))
                        .toList()));
        values.put("no filter, all delivered", n -> new Document());
        compare(stage, report, HERE, values);
    }

    private void compare(Stage stage, Report report, Curves.Axes axes, Map<String, IntFunction<Bson>> forms) {
        int entries = stage.scaled(ENTRIES);
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            String collection = axes.equals(HERE) ? Task.collection(0) : "other";
            backlog.inserts(collection, entries, 1).mark("end", 0);
            Scan scan = new Scan(stage, backlog.database(), from, backlog.now());
            for (int number : NUMBERS) {
                forms.forEach((form, filter) -> {
                    if (number <= LONGEST_OR || !form.startsWith("$or")) {
                        Bson match = or(CONTROL, filter.apply(number));
                        double micros = scan.cpu(match) * 1e6 / entries;
                        report.figure("%s of %d".formatted(form, number), micros, "µs of server CPU per entry");
                        report.point(axes, form, number, micros);
                    }
                });
            }
        }
    }

    private static Bson expression(Object value, List<String> among) {
        return new Document("$expr", new Document("$in", List.of(value, among)));
    }

    private static List<String> named(String prefix, int number) {
        return IntStream.range(0, number).mapToObj(i -> prefix + i).toList();
    }
}
