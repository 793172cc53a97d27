package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.dispatch.CollectionSnapshot.Wanted;
import dev.onchange.engine.snapshot.CollectionProgress;
import dev.onchange.engine.snapshot.HandlerProgress;
import dev.onchange.engine.snapshot.ProgressBson;
import dev.onchange.engine.snapshot.ReadDocument;
import dev.onchange.engine.snapshot.ReadSegment;
import dev.onchange.engine.snapshot.SnapshotGate;
import dev.onchange.engine.snapshot.SnapshotOutput;
import dev.onchange.engine.stream.RawChange;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * The documents that a handler is given before their changes, collection by collection. Outlives the streams that feed the
 * handler. Safe for use by several threads; its lock comes after that of the stream's routes, and what waits for documents
 * or changes to be settled is done while neither is held.
 */
public final class HandlerSnapshot {

    private static final BsonTimestamp NEVER = new BsonTimestamp(0);

    /** While changes come, documents are read when no more than this part of a read is left. */
    private static final int PART_LEFT = 2;

    private final String handlerId;
    private final HandlerCollections collections = new HandlerCollections();
    private final Queue<Delivery> discarded = new ConcurrentLinkedQueue<>();
    private final DocumentsInFlight inFlight;
    private final SnapshotPace pace;
    private final SnapshotFilters filters;
    private final @Nullable BsonTimestamp since;
    private @Nullable HandlerLanes lanes;
    private volatile @Nullable Attachment attachment;
    private @Nullable Delivery undecided;
    private boolean changesCome;
    private boolean paused;
    private boolean cancelled;
    private boolean told;
    private volatile @Nullable Throwable trouble;

    /** What connects it with the stream that feeds the handler at present. */
    interface Attachment {

        /** A delivery of a document; counted as what is unsettled of the stream. */
        Delivery delivery(Wanted wanted, Runnable whenSettled);

        /** Whether no more is to be given to the handlers, except one at a time. */
        boolean isFull();

        /** Some of the documents that were given are settled: more may be given. */
        void wakeUp();
    }

    /**
     * @param strictOrder whether changes of different documents keep the order of the stream
     * @param begins what is to be read, and what was
     * @param position of the handler
     */
    public HandlerSnapshot(
            String handlerId, boolean strictOrder, HandlerProgress begins, BsonTimestamp position, SnapshotPace pace) {
        this.handlerId = handlerId;
        this.pace = pace;
        this.inFlight = new DocumentsInFlight(pace);
        this.filters = SnapshotFilters.parse(begins.filters());
        this.since = begins.since();
        this.told = begins.told();
        BsonTimestamp readAfter = since != null && since.compareTo(position) > 0 ? since : position;
        for (CollectionProgress begin : begins.collections()) {
            Output output = new Output();
            SnapshotGate<DocumentId, Wanted, Delivery> gate =
                    new SnapshotGate<>(strictOrder, begin.progress(), readAfter, output);
            CollectionSnapshot collection = new CollectionSnapshot(begin, gate);
            output.collection = collection;
            collections.add(collection, begin.untouched());
        }
    }

    /** The id of the handler. */
    public String handlerId() {
        return handlerId;
    }

    /** Another stream feeds the handler from now on; what it was given before and has not settled is given again. */
    synchronized void attach(HandlerLanes to, Attachment by) {
        lanes = to;
        attachment = by;
        collections.attached();
        collections.all().forEach(each -> {
            each.gate.dropSettled();
            each.gate.detached();
        });
        inFlight.clear();
    }

    /** Gives the handler a change, or holds it, or passes over it, in the order of the stream. */
    synchronized void offer(Delivery delivery, HandlerLanes to) {
        RawChange raw = delivery.change().raw();
        CollectionSnapshot collection = collections.of(raw.database() + "." + raw.collection());
        BsonTimestamp time = raw.clusterTime();
        DocumentId id = raw.documentId();
        if (collection == null || time == null || to != lanes) {
            to.offer(delivery);
            return;
        }
        undecided = delivery;
        if (id == null) {
            collection.gate.other(time, delivery);
        } else {
            collection.gate.change(id, time, raw.operation().equals("delete"), delivery);
        }
        if (undecided != null) {
            undecided = null;
            to.hold(delivery);
        }
    }

    /** The collections of a change that concerns no document have gone: their documents are not read any more. */
    synchronized void gone(RawChange control) {
        collections.all().stream()
                .filter(each -> SnapshotScan.ends(control, each.collection))
                .forEach(this::endNow);
    }

    /** Passes over what was discarded; to be called while no lock is held. */
    void releaseDiscarded() {
        for (Delivery each = discarded.poll(); each != null; each = discarded.poll()) {
            each.dropped();
        }
    }

    /** The stream has brought all changes up to that time. */
    synchronized void streamReached(BsonTimestamp time) {
        collections.begun().forEach(each -> each.gate.streamReached(time));
    }

    /** Whether all changes that come from now on are the handler's, when the stream has brought those up to that time. */
    synchronized boolean decidesNoMore(BsonTimestamp reached) {
        dropSettled();
        return collections.decidesNoMore(reached);
    }

    /**
     * Gives the handler as many documents as it has settled; to be followed by {@link #startLanes}.
     *
     * @param changes whether changes come, which are to go first
     */
    synchronized void feed(boolean changes) {
        changesCome = changes;
        Attachment by = attachment;
        if (by == null) {
            return;
        }
        dropSettled();
        int room = inFlight.room(changesCome);
        if (paused) {
            return;
        }
        int given = 0;
        for (CollectionSnapshot each : collections.begun()) {
            while (given < room && (inFlight.isEmpty() || !by.isFull()) && each.gate.offerNext()) {
                given++;
            }
        }
        inFlight.added(given);
    }

    private void dropSettled() {
        collections.begun().forEach(each -> each.gate.dropSettled());
    }

    /** Lets the handler's lanes work off what it was given; to be called while no lock is held. */
    void startLanes() {
        HandlerLanes present;
        synchronized (this) {
            present = lanes;
        }
        releaseDiscarded();
        if (present != null) {
            present.start();
        }
    }

    private void settled(CollectionSnapshot collection, ReadDocument<DocumentId, Wanted> document, Attachment by) {
        collection.settled(document);
        // What another stream feeds was counted anew.
        if (attachment == by && inFlight.settled()) {
            by.wakeUp();
        }
    }

    /** Whether the snapshot is of this document too; fails as the filters do. */
    boolean includes(SnapshotDocument document) {
        return filters.include(document);
    }

    /** What holds for all documents that the snapshot is of at least; null if it is of all. */
    @Nullable
    BsonDocument documentFilter() {
        return filters.ofDocuments();
    }

    /** The collection to be read next; null if there is none at the moment. */
    synchronized @Nullable CollectionSnapshot next() {
        return paused || attachment == null ? null : collections.next();
    }

    synchronized @Nullable CollectionSnapshot of(String fullName) {
        return collections.of(fullName);
    }

    /**
     * Whether so much of what was read waits that no more is to be read. What a read gives may wait: the next one is under
     * way while the handler is at it.
     *
     * @param most so many documents may wait
     */
    synchronized boolean isAhead(CollectionSnapshot collection, int most) {
        return collection.gate.isReading()
                || collections.holdMore(changesCome ? Math.max(1, most / PART_LEFT) : most)
                || collection.gate.segments() > SnapshotPace.MOST_SEGMENTS;
    }

    /**
     * Whether one more read may begin although another one is not handed over yet: what that gave is not much for the
     * handler, which would have to wait.
     */
    synchronized boolean mayReadAhead(CollectionSnapshot collection, int most) {
        return isReadable(collection)
                && !collection.eachReadWaits()
                && collection.gate.mayReadAhead()
                && collection.gate.unsettled() <= most
                && !collections.holdMore(Integer.MAX_VALUE)
                && collection.gate.segments() <= SnapshotPace.MOST_SEGMENTS;
    }

    /**
     * A read is under way from now on; gives when it has to be at the earliest.
     *
     * @param by whose it is: nothing begins if another stream feeds the handler by now
     */
    synchronized BsonTimestamp readBegins(CollectionSnapshot collection, Attachment by) {
        if (attachment != by) {
            return NEVER;
        }
        collections.begin(collection);
        return collection.gate.readBegins();
    }

    /** Where the next read begins; null if with the first document. */
    synchronized @Nullable DocumentId behind(CollectionSnapshot collection) {
        return collection.gate.readBehind();
    }

    /** How many collections wait for their turn. */
    synchronized int waiting() {
        return collections.waiting();
    }

    /** Whether some of its documents are to be read. */
    synchronized boolean isReadable(CollectionSnapshot collection) {
        return attachment != null && !paused && !collection.gate.allRead();
    }

    /** A collection has gone. */
    synchronized void end(CollectionSnapshot collection) {
        undecided = null;
        endNow(collection);
    }

    private void endNow(CollectionSnapshot collection) {
        collections.begin(collection);
        collection.gate.end();
    }

    synchronized void readFails(CollectionSnapshot collection, Attachment by) {
        if (attachment == by) {
            undecided = null;
            collection.gate.readFails();
        }
    }

    /**
     * The documents up to a key will be given as soon as that is saved; with the last ones of a collection, those of others
     * that follow.
     *
     * @return whether there is anything to save
     */
    synchronized boolean announce(CollectionSnapshot collection, @Nullable DocumentId upTo) {
        return collections.announce(collection, upTo);
    }

    /** What was announced is saved, which took so long. */
    synchronized void announced(long millis) {
        pace.saveTook(millis);
        collections.announced();
    }

    /** Takes over what was read, unless another stream feeds the handler by now. */
    synchronized void read(
            CollectionSnapshot collection,
            List<ReadDocument<DocumentId, Wanted>> wanted,
            int read,
            ReadSegment<DocumentId> segment,
            Attachment by) {
        if (attachment != by || !collection.gate.isReading()) {
            return;
        }
        undecided = null;
        collection.unwanted(read - wanted.size());
        pace.passedOver(read - wanted.size());
        collection.gate.read(wanted, segment, collection.collection.uuid() == null);
    }

    /** How many documents the next read is to give at most. */
    synchronized int chunk(CollectionSnapshot collection) {
        return pace.chunk(collection.eachReadWaits(), changesCome);
    }

    /** Reads and gives no documents until it is resumed; changes go on. */
    public synchronized void pause() {
        paused = true;
    }

    /** Goes on after {@link #pause}. */
    public void resume() {
        Attachment by;
        synchronized (this) {
            paused = false;
            by = attachment;
        }
        if (by != null) {
            by.wakeUp();
        }
    }

    /** Reads no more, and goes on with the changes of all documents. */
    public void cancel() {
        synchronized (this) {
            undecided = null;
            cancelled = cancelled || !isComplete();
            collections.all().forEach(this::endNow);
        }
        startLanes();
    }

    /** Another snapshot begins, later than all changes that have come: nothing more is given of this one. */
    void abandon() {
        synchronized (this) {
            undecided = null;
            paused = true;
            collections.all().forEach(each -> each.gate.abandon());
        }
        startLanes();
    }

    /** Whether {@link #cancel} has left documents out. */
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Each document that exists is read not earlier than that; null if only some documents are. */
    public @Nullable BsonTimestamp since() {
        return since;
    }

    /** Whether nothing of it matters any more to a handler that has that position. */
    public synchronized boolean isOver(Position position) {
        dropSettled();
        return collections.all(each -> each.gate.over(position.clusterTime()));
    }

    /** Whether all documents are settled. */
    public synchronized boolean isComplete() {
        dropSettled();
        return collections.all(each -> each.gate.complete());
    }

    /** Whether it is still to be told that the snapshot is complete; true once. */
    public synchronized boolean tellComplete() {
        boolean first = !told;
        told = true;
        return first;
    }

    /** The progress to be saved with a position that the handler has, or had before. */
    public BsonDocument progress(Position position) {
        // Of thousands of collections, no change waits until it is written.
        return ProgressBson.write(progressOf(position.clusterTime()));
    }

    private synchronized HandlerProgress progressOf(BsonTimestamp position) {
        dropSettled();
        return new HandlerProgress(collections.left(position), filters.texts(), since, told);
    }

    /** How it fares. */
    public synchronized SnapshotState state() {
        dropSettled();
        return SnapshotState.of(collections.all(), pace.perSecond(), paused, trouble);
    }

    /** Why nothing can be read at the moment; null if nothing hinders it. */
    void trouble(@Nullable Throwable reason) {
        trouble = reason;
    }

    /** Gives the handler what a gate lets through. */
    private final class Output implements SnapshotOutput<DocumentId, Wanted, Delivery> {

        private @Nullable CollectionSnapshot collection;

        @Override
        public void document(ReadDocument<DocumentId, Wanted> document) {
            Attachment by = Objects.requireNonNull(attachment);
            CollectionSnapshot of = Objects.requireNonNull(collection);
            inFlight.add();
            Objects.requireNonNull(lanes).offer(by.delivery(document.document(), () -> settled(of, document, by)));
        }

        @Override
        public void change(Delivery change) {
            HandlerLanes to = Objects.requireNonNull(lanes);
            if (change == undecided) {
                undecided = null;
                to.offer(change);
            } else {
                to.release(change);
            }
        }

        @Override
        public void discard(Delivery change) {
            if (change == undecided) {
                undecided = null;
                discarded.add(change);
            } else if (Objects.requireNonNull(lanes).discard(change)) {
                discarded.add(change);
            }
        }
    }
}
