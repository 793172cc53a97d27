package dev.onchange.examples.benchmarks.run;

/**
 * What a piece of work of this process needed.
 *
 * @param millis how long it took
 * @param cpuMillis CPU of the process meanwhile, compilation and garbage collection included
 */
public record Used(double millis, double cpuMillis) {

    public static Used of(Runnable work) {
        Meter before = Meter.now();
        work.run();
        Meter after = Meter.now();
        return new Used(1e3 * before.secondsTo(after.nanos()), 1e3 * before.cpuSecondsTo(after));
    }
}
