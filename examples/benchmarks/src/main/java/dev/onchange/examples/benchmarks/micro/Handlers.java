package dev.onchange.examples.benchmarks.micro;

import dev.onchange.Placeholders;
import dev.onchange.engine.plan.PlanOptions;
import dev.onchange.engine.plan.Planner;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.HandlerScanner;
import dev.onchange.engine.scan.ScanResult;
import dev.onchange.examples.benchmarks.contender.GeneratedHandlers;
import dev.onchange.examples.benchmarks.contender.Receiver;
import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.inject.Instances;
import java.util.Map;
import org.bson.BsonTimestamp;

/** Handlers of {@code shop.items0}. */
final class Handlers {

    private static final Placeholders PLACEHOLDERS = Map.of("collection", Task.collection(0))::get;

    private Handlers() {}

    /** So many, in one stream, each wanting inserts with a value of its own, {@link Task#sku}. */
    static StreamPlan stream(int number) {
        Receiver receiver = new Receiver(Task.of("", "shop", new BsonTimestamp(), 1), () -> {});
        Object[] objects =
                GeneratedHandlers.of(number, GeneratedHandlers::bySku, receiver).toArray();
        ScanResult scanned =
                new HandlerScanner(PLACEHOLDERS, "shop", Instances.ofConstructors(objects)).objects(objects);
        return new Planner(PlanOptions.DEFAULT)
                .plan(scanned.handlers())
                .plan()
                .streams()
                .get(0);
    }
}
