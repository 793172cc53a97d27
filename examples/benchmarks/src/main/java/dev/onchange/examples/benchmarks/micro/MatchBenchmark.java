package dev.onchange.examples.benchmarks.micro;

import dev.onchange.engine.match.Match;
import java.util.concurrent.TimeUnit;
import org.bson.RawBsonDocument;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long one filter takes on one raw event, and that it allocates nothing ({@code gc.alloc.rate.norm}). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class MatchBenchmark {

    /** What people write, one of each kind. */
    public enum Filter {
        EQUALITY("{ 'fullDocument.sku': 'sku-17' }"),
        NOT_EQUAL("{ 'fullDocument.sku': 'sku-18' }"),
        RANGE("{ 'fullDocument.qty': { $gte: 10, $lt: 20 } }"),
        IN("{ 'fullDocument.sku': { $in: ['sku-1', 'sku-2', 'sku-17', 'sku-18', 'sku-19'] } }"),
        ELEM_MATCH("{ 'fullDocument.parts': { $elemMatch: { part: 'nut', count: { $gt: 5 } } } }"),
        REGEX("{ 'fullDocument.name': /^The thing .* number/ }"),
        EXPR("{ $expr: { $gt: ['$fullDocument.qty', '$fullDocument.price'] } }"),
        SEVERAL("{ operationType: 'insert', 'fullDocument.qty': { $gt: 5 }, 'fullDocument.tags': 'sale' }");

        private final String text;

        Filter(String text) {
            this.text = text;
        }
    }

    @Param
    public Filter filter = Filter.EQUALITY;

    private final RawBsonDocument event = Events.insert("sku-17");
    private Match match = Match.parse("{}");

    @Setup(Level.Trial)
    public void parse() {
        match = Match.parse(filter.text);
    }

    @Benchmark
    public boolean matches() {
        return match.matches(event);
    }
}
