package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.dispatch.CollectionSnapshot.Wanted;
import dev.onchange.engine.snapshot.SnapshotEvents;
import dev.onchange.engine.stream.RawChange;
import java.util.function.Function;
import java.util.function.IntConsumer;

/** Makes deliveries of documents, which count as what is unsettled of the stream. */
final class SnapshotDeliveries implements HandlerSnapshot.Attachment {

    private static final int DELIVERY_SIZE = 200;
    private static final LazyPosition NONE = LazyPosition.at(null);

    private final Function<RawChange, Change> decoder;
    private final BackpressureWindow window;
    private final DispatchSettings settings;
    private final IntConsumer whenSettled;
    private volatile Runnable wakeUp = () -> {};

    /** @param whenSettled called with the size of what was settled or dropped, while no lock is held */
    SnapshotDeliveries(
            Function<RawChange, Change> decoder,
            BackpressureWindow window,
            DispatchSettings settings,
            IntConsumer whenSettled) {
        this.decoder = decoder;
        this.window = window;
        this.settings = settings;
        this.whenSettled = whenSettled;
    }

    void onWakeUp(Runnable called) {
        wakeUp = called;
    }

    /** @param at where in the reply it lies */
    SnapshotDocument document(SnapshotEvents events, DocumentId key, byte[] reply, int at) {
        return new SnapshotDocument(events, decoder, key, reply, at);
    }

    @Override
    public Delivery delivery(Wanted wanted, Runnable settled) {
        int size = wanted.document().raw().size() + DELIVERY_SIZE;
        window.addDocument(size);
        RoutedChange routed = new RoutedChange(
                wanted.document().change(), NONE, settings.clock().millis(), 1, size, whenSettled);
        return Delivery.document(routed, wanted.filterFailure(), settled);
    }

    @Override
    public boolean isFull() {
        return window.isNearlyFull();
    }

    @Override
    public void wakeUp() {
        wakeUp.run();
    }
}
