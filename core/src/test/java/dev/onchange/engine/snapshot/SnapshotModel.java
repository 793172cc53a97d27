package dev.onchange.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.bson.BsonTimestamp;

/**
 * One collection, its history, a stream of it, a handler with lanes, and a process that saves, is killed and begins again:
 * all in one thread, interleaved at random. Of each document the handler is to be given a version, and then each one that
 * follows it.
 */
final class SnapshotModel {

    private static final int START = 3;

    /** @param version how many operations of its key there have been, this one included */
    private record Operation(int index, int time, int key, int version, boolean deletes) {}

    /** Something for the handler: a document as of a version, or a change. */
    private record Item(
            int key,
            int version,
            boolean deletes,
            int time,
            Operation change,
            ReadDocument<Integer, Document> document,
            SnapshotGate<Integer, Document, ?> from) {}

    private record Document(int key, int version, int time) {}

    /** What a read gave that is not handed over yet. */
    private record Reply(Integer behind, Integer to, int time, List<Document> documents) {}

    private record Saved(int position, SnapshotProgress<Integer> progress, int since) {}

    private final Random random;
    private final int keys;
    private final boolean strict;
    private final boolean kills;
    private final boolean wasListening;
    private final boolean losses;
    private final int operations;

    // the server
    private final List<Operation> history = new ArrayList<>();
    private final Map<Integer, Integer> versions = new HashMap<>();
    private final Set<Integer> deleted = new HashSet<>();
    private int now = 1;

    // the process
    private SnapshotGate<Integer, Document, Operation> gate;
    private final Set<Operation> unsettled = new LinkedHashSet<>();
    private final Set<Integer> settledAhead = new HashSet<>();
    private final Map<Integer, Deque<Item>> lanes = new LinkedHashMap<>();
    private int cursor;
    private final Deque<Reply> replies = new ArrayDeque<>();

    /** Of the read that the server is at: how old it must not be, and behind which key it begins; null if there is none. */
    private Integer earliest;

    private Integer readBehind;
    private Saved saved;

    /** What of the history the stream can no longer bring. */
    private int lost;

    /** At the last begin of a snapshot. */
    private int since;

    // what the handler has done
    private final Map<Integer, Integer> index = new TreeMap<>();
    private final Map<Integer, Integer> indexedAt = new HashMap<>();
    private final Map<Integer, Integer> handled = new HashMap<>();
    private final Map<Integer, Integer> handledSinceKill = new HashMap<>();
    private final Map<Integer, Integer> absent = new HashMap<>();
    private final Map<Integer, Integer> given = new HashMap<>();
    private final Map<Integer, List<String>> log = new TreeMap<>();

    SnapshotModel(long seed) {
        this.random = new Random(seed);
        this.keys = 1 + random.nextInt(8);
        this.strict = random.nextInt(4) == 0;
        this.kills = random.nextBoolean();
        this.wasListening = random.nextInt(4) == 0;
        this.operations = random.nextInt(60);
        this.losses = random.nextInt(4) == 0;
    }

    void run() {
        for (int i = random.nextInt(20); i > 0; i--) {
            write();
        }
        cursor = history.size();
        if (wasListening) {
            // What it has been given by its changes so far.
            versions.forEach((key, version) -> {
                handled.put(key, version);
                if (!deleted.contains(key)) {
                    index.put(key, version);
                }
            });
        }
        now++;
        since = timeAt(cursor);
        KnownDocuments<Integer> known = wasListening ? KnownDocuments.ofListening() : KnownDocuments.none();
        saved = new Saved(cursor, SnapshotProgress.begin(known), since);
        begin();
        int written = 0;
        int steps = 0;
        while (written < operations || steps < 100) {
            steps++;
            if (written < operations && random.nextInt(3) == 0) {
                write();
                written++;
            } else {
                step();
            }
        }
        for (int i = 0; !isDone(); i++) {
            assertThat(i).as("it ends").isLessThan(20_000);
            calmStep();
        }
        check();
    }

    private boolean isDone() {
        gate.dropSettled();
        return cursor == history.size() && gate.complete() && unsettled.isEmpty() && lanes.isEmpty();
    }

    private void write() {
        if (random.nextInt(4) != 0) {
            now++;
        }
        int key = random.nextInt(keys);
        for (int i = history.size() - 1; i >= 0 && history.get(i).time() == now; i--) {
            if (history.get(i).key() == key) {
                now++;
            }
        }
        boolean deletes = versions.containsKey(key) && !deleted.contains(key) && random.nextInt(3) == 0;
        int version = versions.merge(key, 1, Integer::sum);
        if (deletes) {
            deleted.add(key);
        } else {
            deleted.remove(key);
        }
        history.add(new Operation(history.size(), now, key, version, deletes));
    }

    private void step() {
        int choice = random.nextInt(100);
        if (choice < 2 && kills) {
            begin();
        } else if (choice < 4) {
            exchangeStream();
        } else if (choice < 8) {
            save();
        } else if (choice < 12 && gate.isReading()) {
            noReads();
            gate.readFails();
        } else if (choice < 13 && losses) {
            loseHistory();
        } else {
            calmStep();
        }
    }

    private void calmStep() {
        switch (random.nextInt(6)) {
            case 0, 1 -> bring();
            case 2 -> read();
            case 3 -> gate.offerNext();
            default -> settle();
        }
    }

    /** The stream goes on behind changes that nobody will bring: the handler begins anew, with what it was given. */
    private void loseHistory() {
        gate.abandon();
        lost = history.size();
        beginAnew();
    }

    private void beginAnew() {
        now++;
        cursor = history.size();
        since = Math.max(START - 2, now);
        noReads();
        settledAhead.clear();
        now++;
        gate = new SnapshotGate<>(
                strict,
                SnapshotProgress.begin(KnownDocuments.<Integer>ofOneThatMissedChanges()),
                time(since),
                new Output());
    }

    private void begin() {
        given.clear();
        handledSinceKill.clear();
        lanes.clear();
        unsettled.clear();
        settledAhead.clear();
        noReads();
        cursor = saved.position();
        if (cursor < lost) {
            beginAnew();
            return;
        }
        since = saved.since();
        gate = new SnapshotGate<>(strict, saved.progress(), time(Math.max(since, timeAt(cursor))), new Output());
    }

    private void exchangeStream() {
        int position = position();
        for (int i = position; i < cursor; i++) {
            if (!unsettled.contains(history.get(i))) {
                settledAhead.add(i);
            }
        }
        gate.dropSettled();
        gate.detached();
        lanes.clear();
        unsettled.clear();
        given.clear();
        given.putAll(handledSinceKill);
        noReads();
        cursor = position;
        if (cursor < lost) {
            gate.abandon();
            beginAnew();
        }
    }

    private int position() {
        return unsettled.stream().mapToInt(Operation::index).min().orElse(cursor);
    }

    private int timeAt(int position) {
        return position == 0 ? START - 2 : history.get(position - 1).time();
    }

    private void save() {
        gate.dropSettled();
        int position = position();
        saved = new Saved(position, gate.progress(time(timeAt(position))), since);
    }

    private void bring() {
        if (cursor == history.size()) {
            // All operations of this time have come, and none of it follows.
            gate.streamReached(time(now));
            now++;
            return;
        }
        Operation next = history.get(cursor++);
        if (settledAhead.remove(next.index())) {
            return;
        }
        unsettled.add(next);
        gate.change(next.key(), time(next.time()), next.deletes(), next);
    }

    private void noReads() {
        earliest = null;
        replies.clear();
    }

    /** One step of the reads: one begins, perhaps before what the last one gave is handed over; it ends; that is done. */
    private void read() {
        boolean handsOver = !replies.isEmpty() && random.nextBoolean();
        if (handsOver) {
            handOver(replies.remove());
        } else if (earliest != null) {
            answer();
        } else if (replies.isEmpty() && !gate.isReading() && !gate.allRead()) {
            begin(gate.readBehind());
        } else if (replies.size() == 1 && replies.peek().to() != null && gate.mayReadAhead()) {
            begin(replies.peek().to());
        }
    }

    private void begin(Integer behind) {
        readBehind = behind;
        earliest = gate.readBegins().getTime();
    }

    private void answer() {
        int readTime = earliest + random.nextInt(Math.max(0, now - earliest) + 1);
        now = Math.max(now, readTime) + (readTime == now ? 1 : 0);
        List<Document> found = asOf(readTime);
        found.removeIf(document -> readBehind != null && document.key() <= readBehind);
        int limit = 1 + random.nextInt(3);
        boolean end = found.size() < limit;
        List<Document> chunk = end ? found : found.subList(0, limit);
        replies.add(new Reply(readBehind, end ? null : chunk.get(limit - 1).key(), readTime, chunk));
        earliest = null;
    }

    private void handOver(Reply reply) {
        gate.announce(reply.to());
        save();
        noteAbsent(reply);
        // What waits for the stream is not read ahead of.
        boolean alone = earliest == null && replies.isEmpty();
        gate.read(
                reply.documents().stream()
                        .map(document -> new ReadDocument<>(document.key(), document, 1))
                        .toList(),
                new ReadSegment<>(reply.to(), time(reply.time())),
                alone && random.nextInt(8) == 0);
    }

    private void noteAbsent(Reply reply) {
        int from = reply.behind() == null ? 0 : reply.behind() + 1;
        for (int key = from; key <= (reply.to() == null ? keys - 1 : reply.to()); key++) {
            int asked = key;
            if (reply.documents().stream().noneMatch(document -> document.key() == asked)) {
                absent.merge(key, versionAsOf(key, reply.time()), Math::max);
            }
        }
    }

    private int versionAsOf(int key, int time) {
        return (int) history.stream()
                .filter(each -> each.key() == key && each.time() <= time)
                .count();
    }

    private List<Document> asOf(int time) {
        TreeMap<Integer, Document> found = new TreeMap<>();
        for (Operation each : history) {
            if (each.time() > time) {
                break;
            }
            if (each.deletes()) {
                found.remove(each.key());
            } else {
                found.put(each.key(), new Document(each.key(), each.version(), time));
            }
        }
        return new ArrayList<>(found.values());
    }

    private void settle() {
        if (lanes.isEmpty()) {
            return;
        }
        List<Integer> busy = new ArrayList<>(lanes.keySet());
        int chosen = busy.get(random.nextInt(busy.size()));
        Item item = lanes.get(chosen).poll();
        if (lanes.get(chosen).isEmpty()) {
            lanes.remove(chosen);
        }
        handled.merge(item.key(), item.version(), Math::max);
        handledSinceKill.merge(item.key(), item.version(), Math::max);
        if (item.deletes()) {
            index.remove(item.key());
        } else {
            index.put(item.key(), item.version());
            indexedAt.put(item.key(), item.time());
        }
        if (item.change() == null) {
            item.from().settled(item.document());
            if (random.nextBoolean()) {
                gate.dropSettled();
            }
        } else {
            unsettled.remove(item.change());
        }
    }

    private static BsonTimestamp time(int time) {
        return new BsonTimestamp(time, 0);
    }

    private final class Output implements SnapshotOutput<Integer, Document, Operation> {

        @Override
        public void document(ReadDocument<Integer, Document> read) {
            Document document = read.document();
            offer(new Item(document.key(), document.version(), false, document.time(), null, read, gate));
        }

        @Override
        public void change(Operation change) {
            offer(new Item(change.key(), change.version(), change.deletes(), change.time(), change, null, gate));
        }

        @Override
        public void discard(Operation change) {
            assertThat(unsettled.remove(change)).as("discarded once").isTrue();
        }

        private void offer(Item item) {
            int key = item.key();
            log.computeIfAbsent(key, any -> new ArrayList<>())
                    .add((item.change() == null ? "doc " : "change ") + item.version());
            Integer before = given.put(key, item.version());
            assertInOrder(item, before);
            lanes.computeIfAbsent(strict ? 0 : key, any -> new ArrayDeque<>()).add(item);
        }
    }

    private void assertInOrder(Item item, Integer before) {
        int absentAt = absent.getOrDefault(item.key(), 0);
        int base = Math.max(before == null ? handled.getOrDefault(item.key(), 0) : before, absentAt);
        boolean change = item.change() != null;
        if (before != null) {
            assertThat(item.version())
                    .as("nothing stale at %s", item)
                    .isGreaterThanOrEqualTo(before + (change ? 1 : 0));
        }
        // After a kill, the deletion of a document is told of that may have been given.
        if (change && !(item.deletes() && (kills || losses))) {
            assertThat(item.version()).as("no gap at %s", item).isLessThanOrEqualTo(base + 1);
        }
    }

    private void check() {
        Map<Integer, Integer> expected = new TreeMap<>();
        asOf(Integer.MAX_VALUE).forEach(document -> expected.put(document.key(), document.version()));
        removeWhatWasDeletedInLostHistory(expected);
        assertThat(index).as("the index equals the collection").isEqualTo(expected);
        if (!kills && !wasListening && !losses) {
            log.forEach((key, items) -> assertExact(key, items));
        }
        assertThat(unsettled).isEmpty();
        save();
        assertThat(saved.progress().complete()
                        || gate.progress(time(Integer.MAX_VALUE)).complete())
                .isTrue();
        assertThat(gate.over(time(Integer.MAX_VALUE))).isTrue();
    }

    private void removeWhatWasDeletedInLostHistory(Map<Integer, Integer> expected) {
        index.entrySet().removeIf(entry -> {
            boolean old = losses && indexedAt.getOrDefault(entry.getKey(), 0) < since;
            if (old) {
                assertThat(expected).as("only what was deleted").doesNotContainKey(entry.getKey());
                int lastDeleted = history.stream()
                        .filter(each -> each.key() == entry.getKey() && each.deletes())
                        .mapToInt(Operation::time)
                        .max()
                        .orElseThrow();
                assertThat(lastDeleted).as("later deletions are told").isLessThan(since);
            }
            return old;
        });
    }

    /** The document at most once and first, and after it each change once, up to the last. */
    private void assertExact(int key, List<String> items) {
        List<String> distinct = new ArrayList<>(new LinkedHashSet<>(items));
        int first = Integer.parseInt(distinct.get(0).split(" ")[1]);
        List<String> expected = new ArrayList<>(List.of(distinct.get(0)));
        for (int version = first + 1; version <= versions.get(key); version++) {
            expected.add("change " + version);
        }
        assertThat(distinct).as("of %d", key).isEqualTo(expected);
    }
}
