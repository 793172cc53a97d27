package dev.onchange.engine;

import dev.onchange.HistoryLost;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.cluster.LocalDeadline;
import dev.onchange.engine.dispatch.BackpressureLimits;
import dev.onchange.engine.dispatch.BatchDeliveryHandler;
import dev.onchange.engine.dispatch.DeliveryHandler;
import dev.onchange.engine.dispatch.DispatchSettings;
import dev.onchange.engine.dispatch.HandlerBinding;
import dev.onchange.engine.dispatch.SlowHandlerListener;
import dev.onchange.engine.dispatch.SnapshotSettings;
import dev.onchange.engine.dispatch.StreamDispatcher;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.invoke.Recovery;
import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.retry.BatchRetrier;
import dev.onchange.engine.retry.ExhaustedChanges;
import dev.onchange.engine.retry.RecoveredChanges;
import dev.onchange.engine.retry.Retrier;
import dev.onchange.engine.retry.RetryableInvoker;
import dev.onchange.engine.retry.Watchdog;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.StreamStart;
import dev.onchange.engine.transaction.Fence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * Composes the way of a change: a stream reads it and a look-up may complete it, the dispatcher decodes it, matches it
 * with handlers and keeps it in order, each handler is invoked, retried and run in its transaction, what fails for good
 * becomes a dead letter, and settled changes move the checkpoint.
 */
final class StreamFactory {

    private final EngineParts parts;
    private final HandlerCatalog catalog;
    private final DispatchSettings dispatchSettings;
    private final LocalDeadline deadline;

    /**
     * @param checkpointer counts settled changes
     * @param deadline until when handlers may be called
     * @param slowHandlers is called with handlers that delay the other handlers of their stream
     */
    StreamFactory(
            EngineParts parts,
            HandlerCatalog catalog,
            Checkpointer checkpointer,
            SlowHandlerListener slowHandlers,
            LocalDeadline deadline) {
        this.deadline = deadline;
        this.parts = parts;
        this.catalog = catalog;
        this.dispatchSettings = new DispatchSettings(
                BackpressureLimits.DEFAULT.withPatience(parts.configuration.holdUpPatience),
                parts.workers,
                parts.timing.clock(),
                () -> checkpointer.settled(1),
                slowHandlers,
                parts.events::tell,
                new SnapshotSettings(
                        parts.snapshots.reader(),
                        checkpointer::save,
                        parts.snapshots::afterMissedChanges,
                        parts.events::tell,
                        parts.timing));
    }

    /**
     * One stream with all stages behind it; it is not opened yet. Empty if none of the plan's handlers is this instance's any
     * more.
     *
     * @param carried what handlers bring along from the streams that fed them before
     */
    Optional<ActiveStream> create(
            HandlerSet declared,
            StreamPlan plan,
            OwnedPartitions owned,
            Map<String, StartPosition> starts,
            CarriedPositions carried) {
        Map<String, List<Partition>> partitions = new LinkedHashMap<>();
        plan.handlers().forEach(handler -> partitions.put(handler.spec().id(), owned.of(handler.spec())));
        partitions.values().removeIf(List::isEmpty);
        if (partitions.isEmpty()) {
            return Optional.empty();
        }
        StreamPlan lasting = plan.withoutClasses();
        OpenStream stream = streamWithLookUps(lasting, partitions, starts);
        StreamDispatcher dispatcher = decodeAndDispatch(lasting, stream);
        for (PlannedHandler handler : plan.handlers()) {
            Invoker invoker = invoker(declared, handler);
            for (Partition partition : partitions.getOrDefault(handler.spec().id(), List.of())) {
                dispatcher.attach(
                        binding(handler, partition, gated(handler.spec(), partition, owned, invoker), starts, carried),
                        carried.formerCall(partition.id()));
            }
        }
        return Optional.of(new ActiveStream(plan, stream, dispatcher, partitions));
    }

    private static Invoker invoker(HandlerSet declared, PlannedHandler handler) {
        return Objects.requireNonNull(declared.invokers().get(handler.spec().id()));
    }

    private HandlerBinding binding(
            PlannedHandler handler,
            Partition partition,
            DeliveryHandler deliveryHandler,
            Map<String, StartPosition> starts,
            CarriedPositions carried) {
        Position start = Objects.requireNonNull(starts.get(partition.id())).position();
        return new HandlerBinding(
                handler,
                partition,
                deliveryHandler,
                start,
                carried.settledAhead(partition.id(), start),
                parts.snapshots.of(partition.id()));
    }

    /** A stream as it goes on: with the same dispatcher, and a stream of the server that is not opened yet if it needs another one. */
    ActiveStream continued(Continuation continuation, OwnedPartitions owned) {
        ActiveStream run = continuation.run();
        StreamPlan plan = continuation.plan();
        Map<String, List<Partition>> partitions = new LinkedHashMap<>(run.partitions());
        continuation.joining().forEach(handler -> partitions.put(handler.spec().id(), owned.of(handler.spec())));
        partitions.values().removeIf(List::isEmpty);
        continuation.leaving().forEach(id -> partitions.remove(Partition.handlerOf(id)));
        boolean snapshotsIfLost = parts.configuration.historyLost == HistoryLost.SNAPSHOT
                || parts.configuration.foreignPosition == HistoryLost.SNAPSHOT;
        OpenStream stream = continuation.needsNoCursor(snapshotsIfLost)
                ? run.stream()
                : streamAfter(Objects.requireNonNull(run.dispatcher().reached()), plan.withoutClasses());
        return new ActiveStream(plan, stream, run.dispatcher(), partitions);
    }

    private OpenStream streamAfter(Position position, StreamPlan plan) {
        return parts.streams.open(plan, new StreamStart.After(position), parts.lookUps.of(plan));
    }

    /** What the dispatcher of a stream needs to know of those that join it. */
    List<HandlerBinding> joining(
            Continuation continuation,
            ActiveStream continued,
            HandlerSet declared,
            OwnedPartitions owned,
            Map<String, StartPosition> starts) {
        CarriedPositions nothing = new CarriedPositions(Map.of(), Map.of());
        return continuation.joining().stream()
                .flatMap(handler -> continued
                        .partitions()
                        .getOrDefault(handler.spec().id(), List.of())
                        .stream()
                        .map(partition -> binding(
                                handler,
                                partition,
                                gated(handler.spec(), partition, owned, invoker(declared, handler)),
                                starts,
                                nothing)))
                .toList();
    }

    private DeliveryHandler gated(HandlerSpec spec, Partition partition, OwnedPartitions owned, Invoker invoker) {
        DeliveryHandler retrier = retrier(spec, partition, owned, invoker);
        if (spec.sharing().isBroadcast()) {
            return retrier;
        }
        return retrier instanceof BatchDeliveryHandler inBatches
                ? new BatchDeadlineGate(
                        inBatches,
                        deadline,
                        Schedulers.fromExecutor(work -> parts.workers.execute(partition.id(), work)))
                : new DeadlineGate(retrier, deadline);
    }

    private DeliveryHandler retrier(HandlerSpec spec, Partition partition, OwnedPartitions owned, Invoker invoker) {
        Fence fence = EngineParts.fence(spec, partition, owned);
        RetryableInvoker transactional = inTransaction(spec, partition, fence, parts.fatalErrors.around(invoker));
        ExhaustedChanges exhausted = exhausted(spec, fence, invoker.recovery());
        @Nullable Watchdog watchdog = parts.watchdogOf(spec);
        Retrier single =
                new Retrier(spec, owned.term(partition.id()), transactional, exhausted, parts.timing, watchdog);
        return spec.batch() == null
                ? single
                : new BatchRetrier(spec, transactional, exhausted, single, parts.timing, watchdog);
    }

    private ExhaustedChanges exhausted(HandlerSpec spec, @Nullable Fence fence, @Nullable Recovery recovery) {
        ExhaustedChanges letters =
                parts.deadLetterQueue.exhaustedOf(spec, fence == null ? null : parts.transactions.fenced(fence));
        return recovery == null
                ? letters
                : new RecoveredChanges(recovery, spec.exhausted(), letters, parts.timing.timer());
    }

    private OpenStream streamWithLookUps(
            StreamPlan plan, Map<String, List<Partition>> partitions, Map<String, StartPosition> starts) {
        List<StartPosition> ofPlan = partitions.values().stream()
                .flatMap(List::stream)
                .map(partition -> Objects.requireNonNull(starts.get(partition.id())))
                .toList();
        return parts.streams.open(plan, StartPosition.ofAll(ofPlan), parts.lookUps.of(plan));
    }

    private StreamDispatcher decodeAndDispatch(StreamPlan plan, OpenStream stream) {
        return new StreamDispatcher(
                plan, stream, catalog::decode, dispatchSettings, failure -> parts.events.streamEnded(plan, failure));
    }

    private RetryableInvoker inTransaction(
            HandlerSpec spec, Partition partition, @Nullable Fence fence, Invoker invoker) {
        return spec.transactional()
                ? parts.transactions.around(spec.id(), partition.id(), fence, invoker)
                : RetryableInvoker.of(invoker);
    }
}
