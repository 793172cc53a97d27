package dev.onchange.testing;

import dev.onchange.ChangeListeners;
import dev.onchange.DeclaredHandler;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.Waiting;
import dev.onchange.status.StreamStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.bson.Document;
import reactor.core.publisher.Mono;

/** What can be made to go wrong in an {@link OnChangeTest}. */
public final class Faults {

    private final Ground ground;
    private final Recorder recorder;
    private final FailingStore store;
    private final Supplier<List<ChangeListeners>> listeners;
    private final Supplier<List<ChangeListeners>> open;

    /**
     * @param listeners those that are open; fails if none are
     * @param open those that are open, perhaps none
     */
    Faults(
            Ground ground,
            Recorder recorder,
            FailingStore store,
            Supplier<List<ChangeListeners>> listeners,
            Supplier<List<ChangeListeners>> open) {
        this.ground = ground;
        this.recorder = recorder;
        this.store = store;
        this.listeners = listeners;
        this.open = open;
    }

    /**
     * Lets the next {@code calls} of a handler fail with an {@link InjectedFault}, without reaching it.
     *
     * @throws IllegalArgumentException if listeners are open and none has a handler of this id
     */
    public void failNext(String handlerId, int calls) {
        failNext(handlerId, calls, () -> new InjectedFault("the handler fails"));
    }

    /**
     * Lets the next {@code calls} of a handler fail, without reaching it.
     *
     * @throws IllegalArgumentException if listeners are open and none has a handler of this id
     */
    public void failNext(String handlerId, int calls, Supplier<? extends Throwable> failure) {
        refuseUnknown(handlerId);
        recorder.failNext(handlerId, calls, failure);
    }

    /** A test whose fault never comes about would show nothing. */
    private void refuseUnknown(String handlerId) {
        List<String> known = open.get().stream()
                .flatMap(each -> each.handlers().stream())
                .map(DeclaredHandler::id)
                .distinct()
                .toList();
        if (!known.isEmpty() && !known.contains(handlerId)) {
            throw new IllegalArgumentException(
                    "No handler has the id \"" + handlerId + "\". There are: " + String.join(", ", known) + ".");
        }
    }

    /**
     * Cuts the connections of all open streams, of all instances, and returns when each has noticed; they reopen by themselves.
     *
     * @throws IllegalStateException if the listeners are not started, or a stream has not noticed in time
     * @throws com.mongodb.MongoException if a server that was not started here has no fail points
     */
    public void cutStreams() {
        Map<ChangeListeners, Map<String, Long>> before = new HashMap<>();
        for (ChangeListeners each : listeners.get()) {
            before.put(
                    each,
                    each.status().streams().stream()
                            .collect(Collectors.toMap(StreamStatus::name, StreamStatus::reopened)));
        }
        Document how = new Document("failCommands", List.of("getMore", "aggregate"))
                .append("closeConnection", true)
                .append("appName", ground.name());
        boolean all;
        try (FailPoint ignored = ground.mongo().failPoint("failCommand", "alwaysOn", how)) {
            all = Waiting.until(
                    Ground.PATIENCE,
                    () -> before.entrySet().stream().allMatch(each -> areCut(each.getKey(), each.getValue())));
        }
        if (!all) {
            throw new IllegalStateException("Not every stream was cut: "
                    + before.keySet().stream().map(ChangeListeners::status).toList());
        }
    }

    private static boolean areCut(ChangeListeners listeners, Map<String, Long> reopened) {
        return listeners.status().streams().stream()
                .allMatch(stream -> stream.phase() == StreamStatus.Phase.REOPENING
                        || stream.reopened() > reopened.getOrDefault(stream.name(), 0L));
    }

    /** Lets the next attempts to save positions fail; the listeners try again. */
    public void failSaves(int attempts) {
        store.failNext(attempts);
    }

    /** Drops the collection in which positions are kept, as if somebody had done so by mistake. */
    public void dropPositions() {
        Mono.from(ground.client()
                        .getDatabase(ground.state())
                        .getCollection(MongoCheckpointStore.COLLECTION)
                        .drop())
                .block(Ground.PATIENCE);
    }
}
