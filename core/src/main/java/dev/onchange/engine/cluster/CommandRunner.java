package dev.onchange.engine.cluster;

import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import reactor.core.publisher.Mono;

/** What carries commands out in the instance that owns their units. Called on the thread of the member; must not block. */
@FunctionalInterface
public interface CommandRunner {

    /**
     * Carries one command out, for some units of one handler. Its result is signalled on the thread of the member.
     *
     * @return the results by unit; units that are left out, or all if this fails, are another instance's by now
     */
    Mono<Map<String, BsonDocument>> run(String kind, BsonDocument arguments, Set<String> units);
}
