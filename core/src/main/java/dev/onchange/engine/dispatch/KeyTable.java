package dev.onchange.engine.dispatch;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes by key: a hash table with open addressing, which allocates nothing when read. */
final class KeyTable {

    private static final HandlerRoute[] NONE = {};

    private final long[] keys;
    private final HandlerRoute[] @Nullable [] routes;
    private final int mask;

    KeyTable(Map<Long, List<HandlerRoute>> entries) {
        int capacity = Integer.highestOneBit(Math.max(1, entries.size())) << 2;
        keys = new long[capacity];
        routes = new HandlerRoute[capacity][];
        mask = capacity - 1;
        entries.forEach((key, some) -> {
            int slot = slot(key);
            keys[slot] = key;
            routes[slot] = some.toArray(NONE);
        });
    }

    HandlerRoute[] get(long key) {
        HandlerRoute[] found = routes[slot(key)];
        return found == null ? NONE : found;
    }

    /** Where the key is, or would be. */
    private int slot(long key) {
        int slot = (int) (key ^ key >>> 32) & mask;
        while (routes[slot] != null && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
