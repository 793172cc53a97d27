package dev.onchange.localmongo;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Finds the node that accepts writes. */
final class Primary {

    private Primary() {}

    /** Waits for an election if there is none. */
    static MongoNode among(List<MongoNode> nodes) {
        AtomicReference<@Nullable MongoNode> found = new AtomicReference<>();
        Waiting.until(LocalReplicaSet.LIMIT, () -> {
            found.set(nodes.stream().filter(MongoNode::primary).findFirst().orElse(null));
            return found.get() != null || nodes.isEmpty();
        });
        MongoNode primary = found.get();
        if (primary == null) {
            throw new IllegalStateException(
                    nodes.isEmpty()
                            ? "The nodes were not started here; ask the builder for ownProcess()."
                            : "No node became primary within " + LocalReplicaSet.LIMIT.toSeconds() + " seconds.");
        }
        return primary;
    }
}
