package dev.onchange.engine.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The documents that were read and that the handler has not settled, in the order of their keys. What is settled, which any
 * thread may say, is left out when {@link #dropSettled} is called.
 */
final class UnsettledDocuments<K extends Comparable<K>, D> {

    /** So many that are settled are kept without need, at most, or half of all. */
    private static final int KEPT = 512;

    /** So many bytes of them are. */
    private static final int KEPT_BYTES = 2 * 1024 * 1024;

    /** Null for each that is left out. */
    private final List<@Nullable ReadDocument<K, D>> documents = new ArrayList<>();

    /** All that were settled. */
    private final AtomicLong settled = new AtomicLong();

    /** Bytes of those that are not settled. */
    private final AtomicLong bytes = new AtomicLong();

    /** Bytes of these, and of those that are settled and not left out. */
    private long allBytes;

    /** Of these, those that are left out. */
    private long dropped;

    /** Those before it are left out. */
    private int head;

    /** Those before it were offered. */
    private int next;

    /** @param before the key up to which all is settled when those before this one are */
    void add(ReadDocument<K, D> document, @Nullable K before) {
        document.before = before;
        documents.add(document);
        bytes.addAndGet(document.bytes());
        allBytes += document.bytes();
    }

    /** The next one that the handler was not given; null if there is none. */
    @Nullable
    ReadDocument<K, D> next() {
        while (next < documents.size()) {
            ReadDocument<K, D> document = at(next++);
            if (offer(document)) {
                return document;
            }
        }
        return null;
    }

    /** The one of that key if the handler was not given it; else null. */
    @Nullable
    ReadDocument<K, D> take(K key) {
        // Those before it were offered, unless they were taken before.
        int low = next;
        int high = documents.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            ReadDocument<K, D> document = at(middle);
            int order = document.key().compareTo(key);
            if (order == 0) {
                return offer(document) ? document : null;
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return null;
    }

    /** One that is not left out. */
    private ReadDocument<K, D> at(int index) {
        return Objects.requireNonNull(documents.get(index));
    }

    private boolean offer(ReadDocument<K, D> document) {
        // One that was to be offered again may have been settled meanwhile.
        boolean first = !document.offered && !document.isSettled();
        document.offered = true;
        return first;
    }

    /** The handler has settled one; called by any thread. */
    void settled(ReadDocument<K, D> document) {
        if (document.settle()) {
            settled.incrementAndGet();
            bytes.addAndGet(-document.bytes());
        }
    }

    /** Leaves out what was settled since the last call. */
    void dropSettled() {
        while (head < documents.size() && at(head).isSettled()) {
            leaveOut(documents.set(head, null));
            head++;
        }
        next = Math.max(next, head);
        int most = Math.max(KEPT, documents.size() / 2);
        if (head > most) {
            documents.subList(0, head).clear();
            next -= head;
            head = 0;
        } else if (settled.get() - dropped > most || allBytes - bytes.get() > KEPT_BYTES) {
            compact();
        }
    }

    private void leaveOut(@Nullable ReadDocument<K, D> document) {
        allBytes -= Objects.requireNonNull(document).bytes();
        dropped++;
    }

    /** Leaves out, too, what is settled behind others that are not. */
    private void compact() {
        int kept = 0;
        int keptBeforeNext = 0;
        for (int i = head; i < documents.size(); i++) {
            ReadDocument<K, D> document = at(i);
            if (document.isSettled()) {
                leaveOut(document);
            } else {
                keptBeforeNext += i < next ? 1 : 0;
                documents.set(kept++, document);
            }
        }
        documents.subList(kept, documents.size()).clear();
        head = 0;
        next = keptBeforeNext;
    }

    /** The handler is to be given again what it has not settled. */
    void offerAgain() {
        compact();
        documents.forEach(document -> Objects.requireNonNull(document).offered = false);
        next = 0;
    }

    void clear() {
        documents.clear();
        bytes.set(0);
        allBytes = 0;
        head = 0;
        next = 0;
    }

    boolean isEmpty() {
        return head == documents.size();
    }

    int size() {
        int all = documents.size() - head;
        return (int) Math.min(all, Math.max(0, all - settled.get() + dropped));
    }

    /** How many bytes those take that are not settled. */
    long bytes() {
        return Math.max(0, bytes.get());
    }

    /** The key before the first one; null if it is the first of all. To be asked only while there are some. */
    @Nullable
    K beforeFirst() {
        return at(head).before;
    }
}
