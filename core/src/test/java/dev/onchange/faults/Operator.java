package dev.onchange.faults;

import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.Cluster;
import dev.onchange.OnChangeException;
import dev.onchange.deadletter.DeadLetterFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks other instances for one thing after the other, on a thread of its own, through an instance that has none of their handlers. */
final class Operator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Operator.class);
    private final ChangeListeners own;
    private final List<String> handlers;
    private final Random random;
    private final boolean rewinds;
    private final Thread thread = new Thread(this::operate, "operator");
    private final Set<String> paused = ConcurrentHashMap.newKeySet();
    private final TreeMap<String, AtomicInteger> asked = new TreeMap<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Instant begun = Instant.now();
    private volatile boolean ending;

    /** @param rewinds whether handlers are rewound too, so that changes come again */
    Operator(String uri, String state, Duration lease, List<String> handlers, boolean rewinds, long seed) {
        this.handlers = handlers;
        this.rewinds = rewinds;
        this.random = new Random(seed);
        this.own = ChangeListeners.builder(uri)
                .database(state + "_operator")
                .stateDatabase(state)
                .cluster(Cluster.usual().withLease(lease))
                .on("nothing")
                .id("operator")
                .handle(change -> {})
                .start();
    }

    Operator begin() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    private void operate() {
        try {
            operateOn();
            ended.complete(null);
        } catch (RuntimeException | Error failure) {
            ended.completeExceptionally(failure);
        }
    }

    private void operateOn() {
        while (!ending) {
            String handler = handlers.get(random.nextInt(handlers.size()));
            switch (random.nextInt(rewinds ? 4 : 3)) {
                case 0 -> {
                    paused.add(handler);
                    tried("pause", () -> own.pause(handler));
                }
                case 1 -> resumeAll();
                case 2 ->
                    tried(
                            "replay",
                            () -> own.deadLetters()
                                    .replay(DeadLetterFilter.ofHandler(handler))
                                    .block(Patience.LIMIT));
                default ->
                    // To a time that is later than what the handler has not seen yet, it would be one that skips.
                    tried("rewind", () -> own.rewind(handler, begun));
            }
        }
    }

    private void resumeAll() {
        paused.forEach(each -> {
            if (tried("resume", () -> own.resume(each))) {
                paused.remove(each);
            }
        });
    }

    private boolean tried(String what, Runnable command) {
        try {
            command.run();
            asked.computeIfAbsent(what, any -> new AtomicInteger()).incrementAndGet();
            return true;
        } catch (OnChangeException refused) {
            LOG.info("{} was refused: {}", what, refused.toString());
            asked.computeIfAbsent(what + " refused", any -> new AtomicInteger()).incrementAndGet();
            return false;
        }
    }

    /** @throws CompletionException if it asks for nothing more */
    void assertAsking() {
        ended.getNow(null);
    }

    /** Lets all handlers run again, and asks for nothing more. */
    void finish() {
        ending = true;
        ended.orTimeout(Patience.LIMIT.multipliedBy(3).toSeconds(), TimeUnit.SECONDS)
                .join();
        await().atMost(Patience.LIMIT).until(() -> {
            resumeAll();
            return paused.isEmpty();
        });
        LOG.info("asked for {}", asked);
    }

    @Override
    public void close() {
        ending = true;
        own.close();
    }
}
