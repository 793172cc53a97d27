package dev.onchange.engine.deadletter;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A set of hashes in bounded memory: exact while it is small, then a Bloom filter, which takes some hashes for members that
 * are none. Never denies a member. Safe for use by several threads.
 */
final class HashFilter {

    /** The largest exact set: about a megabyte. */
    static final int EXACT_SIZE = 16_384;

    /** Four megabytes: with a million members, one of 5,000 other hashes is taken for a member. */
    private static final int BITS = 1 << 25;

    private static final int PROBES = 4;

    private volatile Set<Long> exact = ConcurrentHashMap.newKeySet();
    private volatile @Nullable AtomicLongArray bloom;

    /** Hashes that were removed since the Bloom filter exists, which cannot forget a hash. */
    private final Set<Long> removed = ConcurrentHashMap.newKeySet();

    boolean isEmpty() {
        return exact.isEmpty() && bloom == null;
    }

    boolean mightContain(long hash) {
        // In this order: the exact set is emptied after the Bloom filter is there.
        Set<Long> small = exact;
        AtomicLongArray bits = bloom;
        return bits == null ? small.contains(hash) : contains(bits, hash) && !removed.contains(hash);
    }

    synchronized void add(long hash) {
        AtomicLongArray bits = bloom;
        if (bits != null) {
            add(bits, hash);
            removed.remove(hash);
            return;
        }
        exact.add(hash);
        if (exact.size() > EXACT_SIZE) {
            AtomicLongArray all = new AtomicLongArray(BITS / Long.SIZE);
            exact.forEach(each -> add(all, each));
            bloom = all;
            exact = Set.of();
        }
    }

    synchronized void remove(long hash) {
        if (bloom == null) {
            exact.remove(hash);
            return;
        }
        if (removed.size() == EXACT_SIZE) {
            removed.clear();
        }
        removed.add(hash);
    }

    private static void add(AtomicLongArray bits, long hash) {
        for (int probe = 0; probe < PROBES; probe++) {
            int bit = bit(hash, probe);
            bits.accumulateAndGet(bit >>> 6, 1L << bit, (present, added) -> present | added);
        }
    }

    private static boolean contains(AtomicLongArray bits, long hash) {
        for (int probe = 0; probe < PROBES; probe++) {
            int bit = bit(hash, probe);
            if ((bits.get(bit >>> 6) & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int bit(long hash, int probe) {
        return (int) hash + probe * (int) (hash >>> 32) & BITS - 1;
    }
}
