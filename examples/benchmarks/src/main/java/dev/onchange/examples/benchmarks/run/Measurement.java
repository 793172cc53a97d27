package dev.onchange.examples.benchmarks.run;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.Document;

/**
 * What one contender needed for a work, once.
 *
 * @param events how many it was given
 * @param total seconds from the call that starts it to the last event
 * @param drain seconds from the first event to the last
 * @param jvmCpu seconds of CPU of its JVM, from the first event to the last, garbage collection and compilation included
 * @param jvmCpuTotal the same from the call that starts it
 * @param serverCpu seconds of CPU of the server, from the call that starts it
 * @param allocated bytes, by the threads that live at the end
 * @param delays from change to handler, in microseconds, if it was the work to take them
 * @param heap what was live, in bytes: before it started, then again and again while it ran; if that was the work
 */
public record Measurement(
        int events,
        double total,
        double drain,
        double jvmCpu,
        double jvmCpuTotal,
        double serverCpu,
        long allocated,
        List<Long> delays,
        List<Long> heap) {

    /** Events per second, from the first to the last. */
    public double rate() {
        return events / drain;
    }

    /** Events per second, from the call that starts it to the last event. */
    public double wholeRate() {
        return events / total;
    }

    public double jvmMicrosPerEvent() {
        return jvmCpu * 1e6 / events;
    }

    /** From the call that starts it: with the batches that came before the first event was handed over. */
    public double jvmMicrosInAll() {
        return jvmCpuTotal * 1e6 / events;
    }

    public double serverMicrosPerEvent() {
        return serverCpu * 1e6 / events;
    }

    public double bytesPerEvent() {
        return (double) allocated / events;
    }

    /**
     * The delay below which that part of all changes came, in microseconds.
     *
     * @param passedOver how many do not count, the first ones
     */
    public double percentile(double part, int passedOver) {
        long[] sorted = delays.stream()
                .skip(passedOver)
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return sorted[Math.min(sorted.length - 1, (int) (part * sorted.length))];
    }

    /** So many delays each, in the order in which the changes came; a last block of fewer is left out. */
    Stream<long[]> blocksOfDelays(int passedOver, int block) {
        long[] all = delays.stream().mapToLong(Long::longValue).toArray();
        return IntStream.range(0, Math.max(0, all.length - passedOver) / block)
                .map(i -> passedOver + i * block)
                .mapToObj(from -> Arrays.copyOfRange(all, from, from + block));
    }

    Measurement withServerCpu(double seconds) {
        return new Measurement(events, total, drain, jvmCpu, jvmCpuTotal, seconds, allocated, delays, heap);
    }

    public Document toDocument() {
        return new Document("events", events)
                .append("total", total)
                .append("drain", drain)
                .append("jvmCpu", jvmCpu)
                .append("jvmCpuTotal", jvmCpuTotal)
                .append("serverCpu", serverCpu)
                .append("allocated", allocated)
                .append("delays", delays)
                .append("heap", heap);
    }

    static Measurement of(Document document) {
        return new Measurement(
                document.getInteger("events"),
                document.getDouble("total"),
                document.getDouble("drain"),
                document.getDouble("jvmCpu"),
                document.getDouble("jvmCpuTotal"),
                document.getDouble("serverCpu"),
                document.getLong("allocated"),
                document.getList("delays", Long.class),
                document.getList("heap", Long.class));
    }
}
