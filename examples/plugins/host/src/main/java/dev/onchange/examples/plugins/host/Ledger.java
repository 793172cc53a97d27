package dev.onchange.examples.plugins.host;

import dev.onchange.examples.plugins.api.Journal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Keeps which orders plug-ins have noted, by what they did. */
final class Ledger implements Journal {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final Map<String, List<Integer>> orders = new HashMap<>();

    @Override
    public synchronized void note(String kind, int order, String what) {
        orders.computeIfAbsent(kind, none -> new ArrayList<>()).add(order);
        notifyAll();
    }

    /** Waits until so many notes are of these kinds. */
    synchronized void await(int notes, String... kinds) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + PATIENCE;
        while (all(kinds).size() < notes) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException("There are " + all(kinds).size() + " of " + notes + " notes.");
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** How many notes are of these kinds. */
    synchronized int notes(String... kinds) {
        return all(kinds).size();
    }

    /** How many orders have a note of one of these kinds. */
    synchronized int orders(String... kinds) {
        return new HashSet<>(all(kinds)).size();
    }

    private List<Integer> all(String... kinds) {
        return List.of(kinds).stream()
                .flatMap(kind -> orders.getOrDefault(kind, List.of()).stream())
                .toList();
    }
}
