package dev.onchange.engine.plan;

import dev.onchange.engine.match.Match;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** The filter and the pipeline of a handler, parsed, and what follows from them. Knows no class of a handler. */
final class ParsedFilter {

    private final @Nullable Match match;
    private final List<BsonDocument> stages;
    private final Map<Integer, PushDown> pushed = new ConcurrentHashMap<>(2);

    /**
     * @param match null for none
     * @param stages empty for none
     */
    ParsedFilter(@Nullable Match match, List<BsonDocument> stages) {
        this.match = match;
        this.stages = List.copyOf(stages);
    }

    @Nullable
    Match match() {
        return match;
    }

    List<BsonDocument> stages() {
        return stages;
    }

    /** The cached push-down under these circumstances. */
    PushDown pushed(int circumstances, Supplier<PushDown> first) {
        return pushed.computeIfAbsent(circumstances, any -> first.get());
    }
}
