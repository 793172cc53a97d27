package dev.onchange.engine;

import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which partitions this instance owns, by id, and with which terms. Immutable. */
final class OwnedPartitions {

    private final boolean all;
    private final Map<String, Long> terms;
    private final Set<String> lost;

    /** @param terms not changed any more */
    private OwnedPartitions(boolean all, Map<String, Long> terms, Set<String> lost) {
        this.all = all;
        // A copy of thousands takes as long as what else it takes to change them.
        this.terms = Collections.unmodifiableMap(terms);
        this.lost = Set.copyOf(lost);
    }

    /** Of an instance that shares nothing. */
    static OwnedPartitions all() {
        return new OwnedPartitions(true, Map.of(), Set.of());
    }

    /** Of an instance that has been given nothing yet. */
    static OwnedPartitions none() {
        return new OwnedPartitions(false, Map.of(), Set.of());
    }

    /** Of an instance of a cluster: what each instance has, whatever the others have. */
    static OwnedPartitions broadcast(Collection<HandlerSpec> handlers) {
        return none().andBroadcast(handlers);
    }

    /** These, and those of the handlers that each instance has. */
    OwnedPartitions andBroadcast(Collection<HandlerSpec> handlers) {
        Map<String, Long> terms = new HashMap<>();
        handlers.stream()
                .filter(handler -> handler.sharing().isBroadcast())
                .forEach(handler -> terms.put(handler.id(), 0L));
        return with(terms);
    }

    boolean has(String partitionId) {
        return !lost.contains(partitionId) && (all || terms.containsKey(partitionId));
    }

    /** Those of a handler. */
    List<Partition> of(HandlerSpec handler) {
        return handler.partitions().stream()
                .filter(partition -> has(partition.id()))
                .toList();
    }

    /** Whether some of those of a handler are among these. */
    boolean hasAnyOf(HandlerSpec handler) {
        return handler.sharing().partitions() == 1
                ? has(handler.id())
                : !of(handler).isEmpty();
    }

    /** The term of a partition; 0 if nothing is shared. */
    long term(String partitionId) {
        return terms.getOrDefault(partitionId, 0L);
    }

    /** These, without some. */
    OwnedPartitions without(Collection<String> gone) {
        Map<String, Long> left = new HashMap<>(terms);
        left.keySet().removeAll(gone);
        Set<String> allLost = new HashSet<>(lost);
        if (all) {
            allLost.addAll(gone);
        }
        return new OwnedPartitions(all, left, allLost);
    }

    /** These, and others with their terms. */
    OwnedPartitions with(Map<String, Long> come) {
        Map<String, Long> more = new HashMap<>(terms);
        more.putAll(come);
        Set<String> stillLost = new HashSet<>(lost);
        stillLost.removeAll(come.keySet());
        return new OwnedPartitions(all, more, stillLost);
    }
}
