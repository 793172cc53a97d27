package dev.onchange.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Beside a map that is asked the same; {@code -Dseed=…} repeats one. */
class UnsettledDocumentsTest {

    private static final int STEPS = 20_000;
    private static final int BYTES = 10_000;

    private final UnsettledDocuments<Integer, String> documents = new UnsettledDocuments<>();

    /** Those that are not settled. */
    private final TreeMap<Integer, ReadDocument<Integer, String>> expected = new TreeMap<>();

    private final List<ReadDocument<Integer, String>> offered = new ArrayList<>();
    private ReadDocument<Integer, String> former;
    private int last;

    static LongStream seeds() {
        Long one = Long.getLong("seed");
        return one == null ? LongStream.range(0, 10) : LongStream.of(one);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void they_are_offered_in_order_until_they_are_settled_in_any_order(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(200)) {
                case 0 -> add(1 + random.nextInt(200));
                case 1 -> {
                    if (random.nextInt(25) == 0) {
                        offerAgain();
                    }
                }
                case 2, 3, 4 -> documents.dropSettled();
                case 5 -> settleFormer();
                case 6, 7, 8, 9 -> take(last == 0 ? 1 : 1 + random.nextInt(last));
                default -> {
                    // Sometimes the first stays for long.
                    int first = (int) (seed % 2);
                    if (random.nextInt(20) < 9 || offered.size() <= first) {
                        next();
                    } else {
                        settle(first + random.nextInt(offered.size() - first));
                    }
                }
            }
        }
        check();
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            ReadDocument<Integer, String> document = new ReadDocument<>(++last, "of " + last, BYTES);
            documents.add(document, last == 1 ? null : last - 1);
            expected.put(last, document);
        }
    }

    /** A call that was under way may end later, whether its document has been offered again or not. */
    private void offerAgain() {
        check();
        documents.offerAgain();
        if (!offered.isEmpty()) {
            former = offered.get(offered.size() - 1);
        }
        offered.clear();
    }

    private void settleFormer() {
        if (former != null) {
            documents.settled(former);
            expected.remove(former.key());
            offered.remove(former);
            former = null;
        }
    }

    private void next() {
        ReadDocument<Integer, String> first = expected.values().stream()
                .filter(each -> !offered.contains(each))
                .findFirst()
                .orElse(null);
        assertThat(documents.next()).isSameAs(first);
        if (first != null) {
            offered.add(first);
        }
    }

    private void take(int key) {
        ReadDocument<Integer, String> waiting = expected.get(key);
        waiting = offered.contains(waiting) ? null : waiting;
        assertThat(documents.take(key)).isSameAs(waiting);
        if (waiting != null) {
            offered.add(waiting);
        }
    }

    private void settle(int index) {
        ReadDocument<Integer, String> document = offered.remove(index);
        documents.settled(document);
        // A call that was given up may end later.
        documents.settled(document);
        expected.remove(document.key());
    }

    private void check() {
        documents.dropSettled();
        assertThat(documents.size()).isEqualTo(expected.size());
        assertThat(documents.isEmpty()).isEqualTo(expected.isEmpty());
        assertThat(documents.bytes()).isEqualTo((long) BYTES * expected.size());
        if (!expected.isEmpty()) {
            Integer before = documents.beforeFirst();
            assertThat(before == null ? 0 : before).isEqualTo(expected.firstKey() - 1);
        }
    }
}
