package dev.onchange.engine;

import dev.onchange.engine.cluster.CommandRunner;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Signals what came of commands on the thread of the member. */
record CommandRunnerOnThread(CommandRunner runner, Scheduler thread) implements CommandRunner {

    @Override
    public Mono<Map<String, BsonDocument>> run(String kind, BsonDocument arguments, Set<String> units) {
        return runner.run(kind, arguments, units).publishOn(thread);
    }

    @Override
    public void pausesChanged(Map<String, Boolean> paused) {
        runner.pausesChanged(paused);
    }
}
