package dev.onchange.engine.deadletter;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A set of hashes in bounded memory: exact while they are few, then a Bloom filter, which takes some others for members. Never
 * denies a member. Safe for use by several threads.
 */
final class HashFilter {

    /** About a megabyte of them. */
    static final int FEW = 16_384;

    /** Four megabytes: beside a million members, one of 5,000 others is taken for one. */
    private static final int BITS = 1 << 25;

    private static final int PROBES = 4;

    private volatile Set<Long> few = ConcurrentHashMap.newKeySet();
    private volatile @Nullable AtomicLongArray many;

    /** What was removed from the many, which cannot be taken out of them. */
    private final Set<Long> removed = ConcurrentHashMap.newKeySet();

    boolean isEmpty() {
        return few.isEmpty() && many == null;
    }

    boolean mightContain(long hash) {
        // In this order: the few are given up after the many are there.
        Set<Long> exact = few;
        AtomicLongArray bits = many;
        return bits == null ? exact.contains(hash) : contains(bits, hash) && !removed.contains(hash);
    }

    synchronized void add(long hash) {
        AtomicLongArray bits = many;
        if (bits != null) {
            add(bits, hash);
            removed.remove(hash);
            return;
        }
        few.add(hash);
        if (few.size() > FEW) {
            AtomicLongArray all = new AtomicLongArray(BITS / Long.SIZE);
            few.forEach(each -> add(all, each));
            many = all;
            few = Set.of();
        }
    }

    synchronized void remove(long hash) {
        if (many == null) {
            few.remove(hash);
            return;
        }
        if (removed.size() == FEW) {
            removed.clear();
        }
        removed.add(hash);
    }

    private static void add(AtomicLongArray bits, long hash) {
        for (int probe = 0; probe < PROBES; probe++) {
            int bit = bit(hash, probe);
            bits.accumulateAndGet(bit >>> 6, 1L << bit, (one, other) -> one | other);
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
