package dev.onchange.engine.cluster;

import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import reactor.core.publisher.Mono;

/** What carries commands out in the instance that owns their units. Called on the thread of the member; must not block. */
public interface CommandRunner {

    /**
     * Carries one command out, for some units of one handler. Its result is signalled on the thread of the member.
     *
     * @return the results by unit; units that are left out, or all if this fails, are another instance's by now
     */
    Mono<Map<String, BsonDocument>> run(String kind, BsonDocument arguments, Set<String> units);

    /**
     * Handlers were paused or resumed in the cluster since this was called last. Two instances may have been asked for
     * different things at one moment: what the store says counts.
     *
     * @param paused whether each of them is to be paused, by id
     */
    void pausesChanged(Map<String, Boolean> paused);
}
