package dev.onchange.console;

import dev.onchange.localmongo.LocalMongo;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.ToLongFunction;
import org.bson.Document;

/**
 * What work has taken.
 *
 * @param wall in microseconds, as all of them
 * @param here of a processor, in this process: the tests' clients too
 * @param console of a processor, in the threads of consoles
 * @param compiling how long code was compiled, by all threads that do
 * @param server of a processor, in the mongod
 * @param replies batches of cursors that the mongod has given
 * @param documents that these had
 */
record ConsumedTime(long wall, long here, long console, long compiling, long server, long replies, long documents) {

    private static final com.sun.management.OperatingSystemMXBean PROCESS =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** Since these processes have begun. */
    static ConsumedTime now(LocalMongo mongo) {
        Document status = mongo.admin(new Document("serverStatus", 1));
        Document used = status.get("extra_info", Document.class);
        return new ConsumedTime(
                System.nanoTime() / 1_000,
                PROCESS.getProcessCpuTime() / 1_000,
                ConsoleThreads.nanos() / 1_000,
                ManagementFactory.getCompilationMXBean().getTotalCompilationTime() * 1_000,
                number(used, "user_time_us") + number(used, "system_time_us"),
                number(status.get("opcounters", Document.class), "getmore"),
                number(status.get("metrics", Document.class).get("document", Document.class), "returned"));
    }

    private static long number(Document of, String name) {
        return of.get(name, Number.class).longValue();
    }

    /** Of each number. */
    static ConsumedTime medians(List<ConsumedTime> all) {
        return new ConsumedTime(
                median(all, ConsumedTime::wall),
                median(all, ConsumedTime::here),
                median(all, ConsumedTime::console),
                median(all, ConsumedTime::compiling),
                median(all, ConsumedTime::server),
                median(all, ConsumedTime::replies),
                median(all, ConsumedTime::documents));
    }

    private static long median(List<ConsumedTime> all, ToLongFunction<ConsumedTime> number) {
        return all.stream().mapToLong(number).sorted().toArray()[all.size() / 2];
    }

    ConsumedTime since(ConsumedTime begun) {
        return new ConsumedTime(
                wall - begun.wall,
                here - begun.here,
                console - begun.console,
                compiling - begun.compiling,
                server - begun.server,
                replies - begun.replies,
                documents - begun.documents);
    }

    @Override
    public String toString() {
        return ("%d ms; of a processor %d ms here (%d ms the console, compiling for %d ms), %d ms of the mongod;"
                        + " %d getMore, %d documents")
                .formatted(
                        wall / 1_000,
                        here / 1_000,
                        console / 1_000,
                        compiling / 1_000,
                        server / 1_000,
                        replies,
                        documents);
    }
}
