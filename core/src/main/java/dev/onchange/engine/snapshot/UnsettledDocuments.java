package dev.onchange.engine.snapshot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The documents that were read and that the handler has not settled, in the order of their keys. */
final class UnsettledDocuments<K, D> {

    private static final class Entry<K, D> {

        private final D document;
        private final @Nullable K before;
        private boolean offered;

        Entry(D document, @Nullable K before) {
            this.document = document;
            this.before = before;
        }
    }

    private final Map<K, Entry<K, D>> entries = new LinkedHashMap<>();
    private final Deque<Entry<K, D>> waiting = new ArrayDeque<>();
    private int offered;

    /** @param before the key up to which all is settled when those before this one are */
    void add(K key, D document, @Nullable K before) {
        Entry<K, D> entry = new Entry<>(document, before);
        entries.put(key, entry);
        waiting.add(entry);
    }

    /** The next one that the handler was not given; null if there is none. */
    @Nullable
    D next() {
        Entry<K, D> entry = waiting.poll();
        while (entry != null && entry.offered) {
            entry = waiting.poll();
        }
        return entry == null ? null : offer(entry);
    }

    /** The one of that key if the handler was not given it; else null. */
    @Nullable
    D take(K key) {
        Entry<K, D> entry = entries.get(key);
        return entry == null || entry.offered ? null : offer(entry);
    }

    private D offer(Entry<K, D> entry) {
        entry.offered = true;
        offered++;
        return entry.document;
    }

    /** The handler has settled one. */
    void settled(K key) {
        Entry<K, D> entry = entries.get(key);
        if (entry != null && entry.offered) {
            entries.remove(key);
            offered--;
        }
    }

    /** The handler is to be given again what it has not settled. */
    void offerAgain() {
        waiting.clear();
        entries.values().forEach(entry -> {
            entry.offered = false;
            waiting.add(entry);
        });
        offered = 0;
    }

    void clear() {
        entries.clear();
        waiting.clear();
        offered = 0;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** How many the handler has been given and not settled. */
    int offered() {
        return offered;
    }

    int size() {
        return entries.size();
    }

    /** The key before the first one; null if it is the first of all. To be asked only while there are some. */
    @Nullable
    K beforeFirst() {
        return entries.values().iterator().next().before;
    }
}
