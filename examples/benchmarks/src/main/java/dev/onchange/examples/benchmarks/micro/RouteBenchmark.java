package dev.onchange.examples.benchmarks.micro;

import com.mongodb.MongoClientSettings;
import dev.onchange.engine.decode.EventDecoder;
import dev.onchange.engine.dispatch.BackpressureLimits;
import dev.onchange.engine.dispatch.DispatchSettings;
import dev.onchange.engine.dispatch.HandlerBinding;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.dispatch.StreamDispatcher;
import dev.onchange.engine.dispatch.Workers;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.examples.benchmarks.contender.Task;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
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
import reactor.core.scheduler.Schedulers;

/**
 * How long an event takes from the stream to its handler among many, without the network: each wants one value of {@code
 * sku}. Handlers run on the thread that brings the event, so that nothing is waited for.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class RouteBenchmark {

    private static final int EVENTS = 1024;

    @Param({"1", "100", "10000"})
    public int handlers = 1;

    private final HandFed stream = new HandFed();
    private final RawChange[] wanted = new RawChange[EVENTS];
    private final RawChange unwanted = new RawChange(Events.insert("none"), "benchmark");
    private int next;

    @Setup(Level.Trial)
    public void open() {
        for (int i = 0; i < EVENTS; i++) {
            wanted[i] = new RawChange(Events.insert(Task.sku(i % handlers)), "benchmark");
        }
        StreamPlan plan = Handlers.stream(handlers);
        StreamDispatcher dispatcher = new StreamDispatcher(
                plan,
                stream,
                new EventDecoder(MongoClientSettings.getDefaultCodecRegistry())::change,
                new DispatchSettings(
                        BackpressureLimits.DEFAULT,
                        new Workers(Runnable::run, Schedulers.parallel()),
                        Clock.systemUTC()),
                failure -> {
                    throw new IllegalStateException(failure);
                });
        plan.handlers()
                .forEach(handler ->
                        dispatcher.attach(new HandlerBinding(handler, delivery -> Outcome.Settled.HANDLED, null)));
        dispatcher.start().block();
    }

    /** No handler wants it. */
    @Benchmark
    public void unmatched() {
        stream.feed(unwanted);
    }

    /** One handler wants it, and handles it. */
    @Benchmark
    public void matched() {
        stream.feed(wanted[next++ % EVENTS]);
    }
}
