package dev.onchange.engine.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/** True time, what happens in it, and what was seen to be wrong. */
final class SimWorld {

    final Random random;
    final Set<Rule> without;
    final List<String> violations = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long sequence;
    private boolean quiet;

    private record Event(long at, long sequence, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    SimWorld(long seed, Set<Rule> without) {
        this.random = new Random(seed);
        this.without = without.isEmpty() ? EnumSet.noneOf(Rule.class) : EnumSet.copyOf(without);
    }

    boolean keeps(Rule rule) {
        return !without.contains(rule);
    }

    /** From now on nothing goes wrong. */
    void becomeQuiet() {
        quiet = true;
    }

    boolean isQuiet() {
        return quiet;
    }

    long now() {
        return now;
    }

    void after(Duration delay, Runnable what) {
        after(delay.toNanos(), what);
    }

    void after(long nanos, Runnable what) {
        events.add(new Event(now + nanos, sequence++, what));
    }

    void runFor(Duration time) {
        long end = now + time.toNanos();
        while (violations.isEmpty()) {
            Event next = events.peek();
            if (next == null || next.at > end) {
                break;
            }
            events.poll();
            now = next.at;
            next.what.run();
        }
        now = Math.max(now, end);
    }

    void violated(String what) {
        violations.add(Duration.ofNanos(now) + ": " + what);
    }

    Duration between(Duration least, Duration most) {
        return Duration.ofNanos(least.toNanos() + (long) (random.nextDouble() * (most.toNanos() - least.toNanos())));
    }

    boolean chance(double share) {
        return random.nextDouble() < share;
    }
}
