package dev.onchange.examples.benchmarks.report;

/**
 * A figure, and what it was to be, if anything.
 *
 * @param bench which one, for example {@code P1}
 * @param work what was done
 * @param goal what it was to be, in words
 * @param bound the same as a number; not a number if it has no goal
 * @param atLeast whether the figure is to be at least, not at most, the bound
 * @param value the figure
 * @param unit what follows it; {@code ×} for a ratio
 */
public record Reach(String bench, String work, String goal, double bound, boolean atLeast, double value, String unit) {

    public static Reach atLeast(String bench, String work, double bound, String goal, double value) {
        return new Reach(bench, work, "≥ " + Numbers.plain(bound) + " × " + goal, bound, true, value, "×");
    }

    public static Reach atMost(String bench, String work, double bound, String goal, double value) {
        return new Reach(bench, work, "≤ " + Numbers.plain(bound) + " × " + goal, bound, false, value, "×");
    }

    /** A figure that had nothing to reach, beside that of something else. */
    public static Reach none(String bench, String work, String beside, double value) {
        return new Reach(bench, work, "no goal: × " + beside, Double.NaN, false, value, "×");
    }

    /** Milliseconds that had nothing to reach. */
    public static Reach none(String bench, String work, double millis) {
        return new Reach(bench, work, "no goal", Double.NaN, false, millis, "ms");
    }

    public boolean hasGoal() {
        return !Double.isNaN(bound);
    }

    public boolean reached() {
        return atLeast ? value >= bound : value <= bound;
    }

    public String shown() {
        return Numbers.plain(value) + " " + unit;
    }
}
