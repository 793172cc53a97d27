package dev.onchange.examples.inventory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the handlers write down, in the order in which they were called. */
public final class Journal {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Consumer<String> reader;

    /** A journal that keeps its lines. */
    public Journal() {
        this.reader = lines::add;
    }

    /** A journal that is read aloud and keeps nothing. */
    Journal(Consumer<String> reader) {
        this.reader = reader;
    }

    /** Writes a line. */
    public void add(String line) {
        reader.accept(line);
    }

    /** All lines so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** Returns when there are so many lines, or when it has become unlikely that there ever will be. */
    public void await(int count) {
        await(() -> lines.size() >= count);
    }

    /** Returns when the condition holds, or when it has become unlikely that it ever will. */
    public static void await(BooleanSupplier condition) {
        Flux.interval(Duration.ZERO, LOOK_EVERY)
                .onBackpressureDrop()
                .filter(tick -> condition.getAsBoolean())
                .next()
                .timeout(PATIENCE, Mono.empty())
                .block();
    }
}
