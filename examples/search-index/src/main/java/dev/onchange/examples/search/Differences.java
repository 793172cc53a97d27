package dev.onchange.examples.search;

import java.util.Map;

/**
 * Between the documents of a collection and those of an index.
 *
 * @param missing how many the index does not have
 * @param stale how many it has in another version
 * @param leftOver how many it has that the collection does not have
 * @param twice how many it has more than once
 */
record Differences(long missing, long stale, long leftOver, long twice) {

    static Differences between(Map<String, String> collection, Search.Entries index) {
        long missing = collection.keySet().stream()
                .filter(key -> !index.sources().containsKey(key))
                .count();
        long stale = collection.entrySet().stream()
                .filter(each -> index.sources().containsKey(each.getKey())
                        && !each.getValue().equals(index.sources().get(each.getKey())))
                .count();
        long leftOver = index.sources().keySet().stream()
                .filter(key -> !collection.containsKey(key))
                .count();
        return new Differences(
                missing, stale, leftOver, index.count() - index.sources().size());
    }

    boolean none() {
        return missing + stale + leftOver + twice == 0;
    }

    @Override
    public String toString() {
        return "missing %d, stale %d, left over %d, twice %d".formatted(missing, stale, leftOver, twice);
    }
}
