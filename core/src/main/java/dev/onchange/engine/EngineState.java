package dev.onchange.engine;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The handlers, those of them that are paused, and the streams that feed the others. Changed by operations, which do not
 * overlap; read by any thread.
 */
final class EngineState {

    private volatile HandlerSet declared;
    private volatile List<ActiveStream> streams = List.of();
    private volatile Map<String, PausedHandler> paused = Map.of();
    private volatile Map<String, Position> moving = Map.of();
    private volatile OwnedPartitions owned = OwnedPartitions.all();
    private volatile Set<String> coming = Set.of();
    private volatile boolean exchanging;
    private final Map<String, Long> lostTerms = new HashMap<>();
    private final Map<String, Position> departed = new ConcurrentHashMap<>();

    /** @param declared all handlers; no stream feeds them yet */
    EngineState(HandlerSet declared) {
        this.declared = declared;
    }

    /** All handlers, and the plan of those that are not paused. */
    HandlerSet declared() {
        return declared;
    }

    void setDeclared(HandlerSet all) {
        declared = all;
    }

    /** The streams, including those that are closed and have no successor yet. */
    List<ActiveStream> streams() {
        return streams;
    }

    void setStreams(List<ActiveStream> all) {
        streams = List.copyOf(all);
    }

    /** Which partitions of the handlers are this instance's. */
    OwnedPartitions owned() {
        return owned;
    }

    /** Whether no part of a handler is this instance's, or is before the exchange has ended that lets it come. */
    boolean isElsewhere(HandlerSpec handler) {
        Set<String> notYet = coming;
        return owned.of(handler).stream().allMatch(partition -> notYet.contains(partition.id()));
    }

    /** Streams are exchanged: until that has ended, a handler may be neither paused nor fed. */
    void exchangeBegins(Set<String> comingPartitions) {
        coming = Set.copyOf(comingPartitions);
        exchanging = true;
    }

    void exchangeEnds() {
        exchanging = false;
        coming = Set.of();
    }

    boolean isExchanging() {
        return exchanging;
    }

    /** What was {@link #lose lost} stays so, whatever the change says. */
    synchronized void setOwned(UnaryOperator<OwnedPartitions> change) {
        OwnedPartitions changed = change.apply(owned);
        Set<String> lost = new HashSet<>(lostTerms.keySet());
        lost.removeIf(id -> !changed.has(id) || changed.term(id) > lostTerms.getOrDefault(id, Long.MIN_VALUE));
        owned = lost.isEmpty() ? changed : changed.without(lost);
    }

    /**
     * Other instances have these by now. A change may be under way that is to take them, or would take them back when it fails:
     * they are this instance's again only with later terms.
     */
    synchronized void lose(Map<String, Long> terms) {
        terms.forEach((id, term) -> lostTerms.merge(id, term, Math::max));
        setOwned(UnaryOperator.identity());
    }

    /** The handlers that receive nothing, by id. */
    Map<String, PausedHandler> paused() {
        return paused;
    }

    void setPaused(Map<String, PausedHandler> all) {
        paused = Map.copyOf(all);
    }

    /** Until their streams have begun, handlers that are moved count as being at these positions. */
    void setMoving(Map<String, Position> all) {
        moving = Map.copyOf(all);
    }

    /** The positions of handlers that have left, until these are saved. */
    Map<String, Position> departed() {
        return new HashMap<>(departed);
    }

    /** Handlers have left at these positions. */
    void addDeparted(Map<String, Position> positions) {
        departed.putAll(positions);
    }

    void removeDeparted(Set<String> handlerIds) {
        departed.keySet().removeIf(id -> handlerIds.contains(Partition.handlerOf(id)));
    }

    /** These positions of handlers that have left are saved. */
    void departedSaved(Map<String, Position> saved) {
        saved.forEach(departed::remove);
    }

    /** The positions of these are another instance's by now, also of those that have left. */
    void fenced(Set<String> partitionIds) {
        setOwned(all -> all.without(partitionIds));
        departed.keySet().removeAll(partitionIds);
    }

    /** The ids of the handlers that write in a transaction. */
    Set<String> transactional() {
        return declared.handlers().stream()
                .filter(HandlerSpec::transactional)
                .map(HandlerSpec::id)
                .collect(Collectors.toSet());
    }

    /** How far the handlers have come that streams feed, by the ids of their partitions. */
    Map<String, Position> streamPositions() {
        Map<String, Position> positions = new HashMap<>();
        streams.forEach(run -> positions.putAll(run.dispatcher().positions()));
        return positions;
    }

    /** The same of those that this instance may save: it owns them, or they have left. */
    Map<String, Position> ownPositions() {
        Map<String, Position> own = positions();
        own.keySet().removeIf(id -> !owned.has(id) && !departed.containsKey(id));
        return own;
    }

    /** How far each handler has come, including those that are paused, or have left and are not saved. */
    Map<String, Position> positions() {
        Map<String, Position> positions = departed();
        positions.putAll(streamPositions());
        paused.values().forEach(handler -> positions.putAll(handler.positions()));
        positions.putAll(moving);
        return positions;
    }
}
