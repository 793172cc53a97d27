package dev.onchange.engine.cluster;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import reactor.core.publisher.Mono;

/** Units that are never begun, and do nothing. */
final class IdleUnits implements UnitOwner, CommandRunner {

    @Override
    public Mono<Set<String>> exchange(Collection<String> gone, Map<String, Long> come) {
        return Mono.never();
    }

    @Override
    public void drop(Map<String, Long> terms) {}

    @Override
    public Mono<Map<String, BsonDocument>> run(String kind, BsonDocument arguments, Set<String> units) {
        return Mono.empty();
    }

    @Override
    public void pausesChanged(Map<String, Boolean> paused) {}
}
