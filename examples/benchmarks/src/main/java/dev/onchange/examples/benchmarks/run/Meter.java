package dev.onchange.examples.benchmarks.run;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much this process has used up to now. */
record Meter(long nanos, long cpuNanos, long allocated) {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    static Meter now() {
        long allocated = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            allocated += Math.max(0, bytes);
        }
        return new Meter(System.nanoTime(), SYSTEM.getProcessCpuTime(), allocated);
    }

    double secondsTo(long otherNanos) {
        return (otherNanos - nanos) / 1e9;
    }

    double cpuSecondsTo(Meter later) {
        return (later.cpuNanos - cpuNanos) / 1e9;
    }

    /** What is live after a collection. */
    static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
