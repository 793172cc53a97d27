package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW_DOCUMENT;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_RAW;

import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;

/**
 * What this project needs for a work beside what the driver needs: the time from the call that starts it to the last event, and
 * the CPU of the JVM meanwhile.
 *
 * @param work what is done
 * @param own the contender of this project
 * @param driver the one beside it
 * @param name of the latter in the table
 * @param leastSpeed what the events per second are to be, the driver's being 1; not a number if there is no goal
 * @param mostCpu what the CPU for an event is to be, the driver's being 1; not a number if there is no goal
 */
record Comparison(String work, String own, String driver, String name, double leastSpeed, double mostCpu) {

    /** The driver as people use it. */
    static final String DRIVER = "reactive driver";

    /** The driver when nobody looks into its events. */
    static final String UNREAD = "reactive driver, events that nobody reads";

    /** Of a handler that takes the document as bytes, beside the driver as people use it. */
    static Comparison raw(String work, double leastSpeed, double mostCpu) {
        return new Comparison(work, ONCHANGE_RAW, DRIVER_RAW_DOCUMENT, DRIVER, leastSpeed, mostCpu);
    }

    /** The same beside the least that there can be, which is no goal. */
    static Comparison unread(String work) {
        return new Comparison(work, ONCHANGE_RAW, DRIVER_RAW, UNREAD, Double.NaN, Double.NaN);
    }

    /** Two rows of the table. */
    void reach(String bench, Report report, Results results) {
        String time = work + ": start to last event";
        String cpu = work + ": JVM CPU";
        double speed = results.ratio(own, driver, Measurement::wholeRate);
        double cost = results.ratio(own, driver, Measurement::jvmMicrosInAll);
        report.reach(
                Double.isNaN(leastSpeed)
                        ? Reach.none(bench, time, name, speed)
                        : Reach.atLeast(bench, time, leastSpeed, name, speed));
        report.reach(
                Double.isNaN(mostCpu)
                        ? Reach.none(bench, cpu, name, cost)
                        : Reach.atMost(bench, cpu, mostCpu, name, cost));
    }
}
