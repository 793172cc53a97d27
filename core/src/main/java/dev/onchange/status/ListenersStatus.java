package dev.onchange.status;

import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The state of all streams and handlers at one moment, as {@code ChangeListeners.status()} returns it.
 *
 * @param streams each open, opening or failed change stream
 * @param handlers each handler, the paused and stopped ones included
 * @param positions whether their positions are saved
 * @param plugins each plug-in, the refused ones included
 * @param cluster the instances that share the work
 * @param snapshots each snapshot that is under way
 */
public record ListenersStatus(
        List<StreamStatus> streams,
        List<HandlerStatus> handlers,
        PositionsStatus positions,
        List<PluginStatus> plugins,
        ClusterStatus cluster,
        List<SnapshotStatus> snapshots) {

    public ListenersStatus {
        streams = List.copyOf(streams);
        handlers = List.copyOf(handlers);
        plugins = List.copyOf(plugins);
        snapshots = List.copyOf(snapshots);
    }

    /** Without plug-ins and snapshots. */
    public ListenersStatus(List<StreamStatus> streams, List<HandlerStatus> handlers, PositionsStatus positions) {
        this(streams, handlers, positions, List.of(), ClusterStatus.NONE, List.of());
    }

    /** The same with these plug-ins. */
    public ListenersStatus withPlugins(List<PluginStatus> some) {
        return new ListenersStatus(streams, handlers, positions, some, cluster, snapshots);
    }

    /** The same with these snapshots. */
    public ListenersStatus withSnapshots(List<SnapshotStatus> some) {
        return new ListenersStatus(streams, handlers, positions, plugins, cluster, some);
    }

    /** The same with this cluster. */
    public ListenersStatus withCluster(ClusterStatus some) {
        return new ListenersStatus(streams, handlers, positions, plugins, some, snapshots);
    }

    /** The plug-in that a handler is from; empty if it is from none. */
    public Optional<PluginStatus> pluginOf(String handlerId) {
        return plugins.stream()
                .filter(plugin -> plugin.handlerIds().contains(handlerId))
                .findFirst();
    }

    /**
     * How the listeners are as a whole: down unless they are {@linkplain #healthy healthy}, else as bad as the worst of their
     * handlers; degraded while no call begins, as the server is {@linkplain ClusterStatus#heard not heard}.
     */
    public HandlerHealth.Level health() {
        return healthy()
                ? handlers.stream()
                        .map(handler -> handler.health().level())
                        .max(Comparator.naturalOrder())
                        .filter(worst -> worst != HandlerHealth.Level.UP || cluster.heard())
                        .orElse(cluster.heard() ? HandlerHealth.Level.UP : HandlerHealth.Level.DEGRADED)
                : HandlerHealth.Level.DOWN;
    }

    /**
     * Whether every stream is open or about to be, no handler has stopped by itself or is at a change for longer than
     * expected. Positions that cannot be saved at the moment are saved later.
     */
    public boolean healthy() {
        return streams.stream().noneMatch(stream -> stream.phase() == StreamStatus.Phase.FAILED)
                && handlers.stream().noneMatch(ListenersStatus::needsHelp);
    }

    private static boolean needsHelp(HandlerStatus handler) {
        return handler.phase() == HandlerStatus.Phase.STOPPED
                || handler.overdue() != null
                || handler.health().level() == HandlerHealth.Level.DOWN;
    }

    /**
     * The status of one handler.
     *
     * @throws NoSuchElementException if there is no handler of that id
     */
    public HandlerStatus handler(String id) {
        return handlers.stream()
                .filter(handler -> handler.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("No handler has the id " + id));
    }

    /** The snapshot of a handler that is under way, all its partitions here together; empty if there is none. */
    public Optional<SnapshotStatus> snapshot(String handlerId) {
        return snapshots.stream()
                .filter(each ->
                        each.handlerId().equals(handlerId) || each.handlerId().startsWith(handlerId + "|"))
                .reduce((one, other) -> one.and(handlerId, other));
    }

    /** A line a stream, a handler and a plug-in, and one for the positions, for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        streams.forEach(stream -> text.append("stream  ").append(stream).append('\n'));
        handlers.forEach(handler -> text.append("handler ").append(handler).append('\n'));
        snapshots.forEach(snapshot -> text.append("snapshot ").append(snapshot).append('\n'));
        plugins.forEach(plugin -> text.append("plug-in ").append(plugin).append('\n'));
        text.append(positions).append('\n').append(cluster);
        return text.toString();
    }
}
