package dev.onchange.engine.snapshot;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the changes of one collection for one handler: the documents are read in the order of their keys, chunk by chunk,
 * each at its own time, while changes come in the order of the stream. The handler is given each document as it was when it
 * was read, and after it exactly the changes that came later. Changes that a document contains are discarded, except those that the handler needs
 * because it {@linkplain KnownDocuments may know} the document already: these are delivered before it.
 *
 * <p>Changes of documents up to the frontier have been decided by the time at which those were read. Those beyond
 * it are contained in a later read, which must not be older than they. While a read is under way its time
 * and its last key are not known, so changes beyond the frontier are held until it ends; except those that it contains anyway,
 * as it was not to be older. The next read may begin as soon as the documents of one have come, before they are handed over.
 *
 * <p>Not safe for use by several threads: what is called happens between two changes of the stream.
 *
 * @param <K> the key of a document, in the order of the server's index
 * @param <D> a document for the handler
 * @param <C> a change for the handler
 */
public final class SnapshotGate<K extends Comparable<K>, D, C> {

    private record Held<K, C>(@Nullable K key, BsonTimestamp time, boolean deletes, C change) {}

    private final KnownDocuments<K> known;
    private final SnapshotProgress<K> before;
    private final boolean strictOrder;
    private final SnapshotOutput<K, D, C> output;
    private final ReadSegments<K> segments;
    private final UnsettledDocuments<K, D> documents = new UnsettledDocuments<>();
    private final Deque<Held<K, C>> held = new ArrayDeque<>();

    /** Of each read under way, before which time it is not. */
    private final Deque<BsonTimestamp> reads = new ArrayDeque<>();

    private BsonTimestamp readAfter;
    private @Nullable Runnable arrived;
    private @Nullable BsonTimestamp arrivedTime;
    private @Nullable BsonTimestamp offerAfter;
    private KnownDocuments<K> announced;

    /**
     * @param strictOrder whether changes of different documents keep the order of the stream
     * @param progress where to go on
     * @param position of the handler when that progress was saved, or when the snapshot begins, or later: the first read
     *     is not older
     */
    public SnapshotGate(
            boolean strictOrder, SnapshotProgress<K> progress, BsonTimestamp position, SnapshotOutput<K, D, C> output) {
        this.known = progress.known();
        this.before = progress;
        this.announced = known;
        this.strictOrder = strictOrder;
        this.output = output;
        this.segments = new ReadSegments<>(progress.segments());
        this.readAfter = position;
        ReadSegment<K> last = segments.last();
        if (last != null) {
            readAfter = ReadSegments.later(position, last.time());
        }
    }

    /**
     * A change of a document, in the order of the stream.
     *
     * @param deletes whether the document is no more
     */
    public void change(K key, BsonTimestamp time, boolean deletes, C change) {
        readAfter = ReadSegments.later(readAfter, time);
        // All changes before this one have come.
        streamReached(new BsonTimestamp(time.getValue() - 1));
        Held<K, C> next = new Held<>(key, time, deletes, change);
        if (strictOrder && !held.isEmpty()) {
            held.add(next);
        } else {
            decide(key, next);
        }
    }

    private void decide(K key, Held<K, C> change) {
        BsonTimestamp read = segments.timeOf(key);
        if (read != null && change.time().compareTo(read) > 0) {
            deliverBehindDocument(key, change.change());
        } else if (read == null && mayBeLaterThanRead(change.time())) {
            held.add(change);
        } else if (known.listening() || change.deletes() && mayHaveBeenGiven(key)) {
            output.change(change.change());
        } else {
            output.discard(change.change());
        }
    }

    /** Whether the read that is under way may not contain a change of that time. */
    private boolean mayBeLaterThanRead(BsonTimestamp time) {
        BsonTimestamp earliest = arrivedTime == null ? reads.peek() : arrivedTime;
        return earliest != null && time.compareTo(earliest) > 0;
    }

    /** Without being known to be settled. */
    private boolean mayHaveBeenGiven(K key) {
        return known.contains(key) && !wasSettledBefore(key);
    }

    private boolean wasSettledBefore(K key) {
        K frontier = before.frontier();
        return before.complete() || frontier != null && key.compareTo(frontier) <= 0;
    }

    private void deliverBehindDocument(K key, C change) {
        ReadDocument<K, D> document = documents.take(key);
        if (document != null) {
            output.document(document);
        }
        output.change(change);
    }

    /** A change that concerns no single document, in the order of the stream. */
    public void other(BsonTimestamp time, C change) {
        if (strictOrder && !held.isEmpty()) {
            held.add(new Held<>(null, time, false, change));
        } else {
            output.change(change);
        }
    }

    /** The stream has brought all changes up to that time. */
    public void streamReached(BsonTimestamp time) {
        if (offerAfter != null && time.compareTo(offerAfter) >= 0) {
            offerAfter = null;
        }
        if (arrivedTime != null && time.compareTo(arrivedTime) >= 0) {
            applyArrived();
        }
    }

    /** Whether the handler may have been given any document before: each read waits for the stream. */
    public boolean knowsAll() {
        return known.all();
    }

    /** The next read begins behind this key; null if with the first. */
    public @Nullable K readBehind() {
        ReadSegment<K> last = segments.last();
        return last == null ? null : last.to();
    }

    /** Whether there is no more to read. */
    public boolean allRead() {
        ReadSegment<K> last = segments.last();
        return last != null && last.to() == null;
    }

    /** Whether a read is under way, or one that has ended waits for the stream. */
    public boolean isReading() {
        return !reads.isEmpty();
    }

    /** Whether the next read may begin while what another one gave is not handed over yet. */
    public boolean mayReadAhead() {
        // Else what was read may have to wait for the stream, or changes for what is being read.
        return !strictOrder && arrived == null && !known.someBehind(readBehind());
    }

    /**
     * A read is under way.
     *
     * @return how old it must not be
     */
    public BsonTimestamp readBegins() {
        reads.add(readAfter);
        return readAfter;
    }

    /** What is under way gives nothing; another read may follow. */
    public void readFails() {
        if (isReading()) {
            reads.clear();
            arrived = null;
            arrivedTime = null;
            releaseHeld();
        }
    }

    /**
     * The handler will be given documents up to a key, and changes of them, as soon as that is saved with its progress: if
     * the process ends then, they count as known.
     *
     * @param upTo the last key of the read; null if it goes to the end
     */
    public void announce(@Nullable K upTo) {
        announced = announced.andUpTo(upTo);
    }

    /**
     * The read that began first gave these documents. {@link #announce} was called before.
     *
     * @param chunk in the order of the keys; without those that the handler does not want
     * @param segment when and up to which key documents were read
     * @param waits whether the stream must have passed that time first, as it is not sure what collection was read
     */
    public void read(List<ReadDocument<K, D>> chunk, ReadSegment<K> segment, boolean waits) {
        if (!isReading() || allRead()) {
            return;
        }
        if (!waits && (chunk.isEmpty() || !known.someBehind(readBehind()))) {
            apply(chunk, segment);
            return;
        }
        // Known documents come after the last change that they contain, so the stream is waited for.
        arrived = () -> apply(chunk, segment);
        arrivedTime = segment.time();
        releaseHeld();
        if (!held.isEmpty()) {
            applyArrived();
        }
    }

    private void applyArrived() {
        Runnable apply = Objects.requireNonNull(arrived);
        arrived = null;
        arrivedTime = null;
        apply.run();
    }

    private void apply(List<ReadDocument<K, D>> chunk, ReadSegment<K> segment) {
        K before = readBehind();
        for (ReadDocument<K, D> document : chunk) {
            documents.add(document, before);
            before = document.key();
        }
        reads.remove();
        segments.add(segment);
        readAfter = ReadSegments.later(readAfter, segment.time());
        releaseHeld();
    }

    /** Decides anew about what was held; what cannot be decided stays held, in strict order with all behind it. */
    private void releaseHeld() {
        Deque<Held<K, C>> released = new ArrayDeque<>(held);
        held.clear();
        for (Held<K, C> each : released) {
            K key = each.key();
            if (strictOrder && !held.isEmpty()) {
                held.add(each);
            } else if (key == null) {
                output.change(each.change());
            } else {
                decide(key, each);
            }
        }
    }

    /** Gives the handler the next document; false if there is none at the moment. */
    public boolean offerNext() {
        // In strict order, changes that are held may belong before the document.
        boolean waits = offerAfter != null || strictOrder && !held.isEmpty();
        ReadDocument<K, D> next = waits ? null : documents.next();
        if (next == null) {
            return false;
        }
        output.document(next);
        return true;
    }

    /** The handler has settled a document; called by any thread. It counts from the next {@link #dropSettled} on. */
    public void settled(ReadDocument<K, D> document) {
        documents.settled(document);
    }

    /** Takes over which documents were settled since the last call. */
    public void dropSettled() {
        documents.dropSettled();
    }

    /** How many documents were read and not settled. */
    public int unsettled() {
        return documents.size();
    }

    /** How many bytes these take. */
    public long unsettledBytes() {
        return documents.bytes();
    }

    /** Into how many parts what was read is divided by its times. */
    public int segments() {
        return segments.size();
    }

    /**
     * The stream ends, and another one will bring again what the handler has not settled: held changes are forgotten, and
     * documents that were not settled will be given again. Changes that known ones contain come before these, so the new
     * stream is waited for.
     */
    public void detached() {
        reads.clear();
        arrived = null;
        arrivedTime = null;
        held.clear();
        documents.offerAgain();
        ReadSegment<K> last = segments.last();
        if (last != null && !documents.isEmpty() && known.someBehind(documents.beforeFirst())) {
            offerAfter = last.time();
        }
    }

    /** Another snapshot begins, later than all changes that have come: nothing more is given of this one. */
    public void abandon() {
        readFails();
        documents.clear();
    }

    /**
     * There is no more to read, as the collection has gone or the snapshot is not wanted any more: from now on each change of
     * what was not read is the handler's.
     */
    public void end() {
        if (!allRead()) {
            segments.add(new ReadSegment<>(null, ReadSegment.NEVER));
        }
        reads.clear();
        arrived = null;
        arrivedTime = null;
        documents.clear();
        releaseHeld();
    }

    /** Whether every document is settled that was to be read. */
    public boolean complete() {
        return allRead() && documents.isEmpty();
    }

    /** Whether all changes that come from now on are the handler's, when the stream has brought those up to that time. */
    public boolean decidesNoMore(BsonTimestamp reached) {
        return complete() && held.isEmpty() && segments.areUpTo(reached);
    }

    /** Whether the handler goes on as if there had been no snapshot. */
    public boolean over(BsonTimestamp position) {
        return complete() && (known.listening() ? segments.areUpTo(position) : segments.areBefore(position));
    }

    /**
     * How far the handler has come, to be saved with the position from which its time is.
     *
     * @param position the time of the handler's position
     */
    public SnapshotProgress<K> progress(BsonTimestamp position) {
        segments.merge(position);
        K frontier = documents.isEmpty() ? null : documents.beforeFirst();
        boolean nothing = !documents.isEmpty() && frontier == null;
        SnapshotProgress<K> settled = new SnapshotProgress<>(nothing ? List.of() : segments.upTo(frontier), announced);
        return settled.ended() ? settled : new SnapshotProgress<>(passed(settled.segments(), position), announced);
    }

    /**
     * Changes of known documents are not discarded, and could come again after the document that contains them: such a
     * document is not counted before the position has passed them.
     */
    private List<ReadSegment<K>> passed(List<ReadSegment<K>> settled, BsonTimestamp position) {
        List<ReadSegment<K>> passed = new ArrayList<>();
        K behind = null;
        for (ReadSegment<K> segment : settled) {
            K to = segment.to();
            boolean wasSettled = to == null ? before.complete() : wasSettledBefore(to);
            boolean mayComeAgain = segment.time().compareTo(position) > 0 && known.someBehind(later(behind));
            if (mayComeAgain && !wasSettled) {
                K frontier = before.frontier();
                if (frontier != null && (behind == null || behind.compareTo(frontier) < 0)) {
                    passed.add(new ReadSegment<>(frontier, segment.time()));
                }
                return passed;
            }
            passed.add(segment);
            behind = to;
        }
        return passed;
    }

    /** The key, or that up to which all was settled before if it is later. */
    private @Nullable K later(@Nullable K key) {
        K frontier = before.frontier();
        return key == null || frontier != null && frontier.compareTo(key) > 0 ? frontier : key;
    }
}
