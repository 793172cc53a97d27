package dev.onchange.faults;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what was received with what was written.
 *
 * @param lost written and never received
 * @param invented received and never written
 * @param outOfOrder received after a later version of its key: of all within a run, of first deliveries across runs
 * @param repeated received again
 */
record Tally(int written, int lost, int invented, int outOfOrder, int repeated) {

    /** @param runs what each run of the consumer received, in order */
    static Tally of(Set<Write> written, List<List<Write>> runs) {
        Set<Write> received = new HashSet<>();
        Map<Integer, Integer> firsts = new HashMap<>();
        int deliveries = 0;
        int outOfOrder = 0;
        for (List<Write> run : runs) {
            Map<Integer, Integer> latest = new HashMap<>();
            for (Write write : run) {
                boolean first = received.add(write);
                boolean behind = goesBack(latest, write) | (first && goesBack(firsts, write));
                outOfOrder += behind ? 1 : 0;
                deliveries++;
            }
        }
        return new Tally(
                written.size(),
                without(written, received),
                without(received, written),
                outOfOrder,
                deliveries - received.size());
    }

    private static boolean goesBack(Map<Integer, Integer> latest, Write write) {
        return latest.merge(write.key(), write.version(), Math::max) > write.version();
    }

    private static int without(Set<Write> all, Set<Write> some) {
        return (int) all.stream().filter(write -> !some.contains(write)).count();
    }

    boolean nothingLost() {
        return lost == 0 && invented == 0 && outOfOrder == 0;
    }
}
