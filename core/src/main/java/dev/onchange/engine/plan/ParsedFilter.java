package dev.onchange.engine.plan;

import dev.onchange.engine.match.Match;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** The filter and the pipeline of a handler, parsed, and what follows from them. Knows no class of a handler. */
final class ParsedFilter {

    private static final int CIRCUMSTANCES = 4;

    private final @Nullable Match match;
    private final List<BsonDocument> stages;
    private final AtomicReferenceArray<@Nullable PushDown> pushed = new AtomicReferenceArray<>(CIRCUMSTANCES);

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

    /**
     * The cached push-down under these circumstances.
     *
     * @param circumstances less than four
     */
    PushDown pushed(int circumstances, Supplier<PushDown> first) {
        PushDown known = pushed.get(circumstances);
        if (known == null) {
            known = first.get();
            pushed.set(circumstances, known);
        }
        return known;
    }
}
