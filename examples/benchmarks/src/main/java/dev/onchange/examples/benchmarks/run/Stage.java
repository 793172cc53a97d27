package dev.onchange.examples.benchmarks.run;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.localmongo.LocalMongo;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A real server, and contenders that take turns on it. */
public final class Stage implements AutoCloseable {

    /** Holds a million changes. */
    private static final int OPLOG_MEGABYTES = 2000;

    /** Of all stages: where {@code MONGODB_URI} names a server, they share it. */
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final LocalMongo mongo;
    private final ServerCpu serverCpu;
    private final double scale;
    private final int rounds;
    private final List<String> jvmOptions;

    private Stage(LocalMongo mongo, double scale, int rounds, List<String> jvmOptions) {
        this.mongo = mongo;
        this.serverCpu = new ServerCpu(mongo);
        this.scale = scale;
        this.rounds = rounds;
        this.jvmOptions = jvmOptions;
    }

    /**
     * @param scale by how much the works are smaller than in full, at most 1
     * @param rounds how often each contender's turn comes
     * @param jvmOptions of the contenders' JVMs
     */
    public static Stage open(double scale, int rounds, List<String> jvmOptions) {
        return new Stage(LocalMongo.builder().oplogSizeMb(OPLOG_MEGABYTES).start(), scale, rounds, jvmOptions);
    }

    public String server() {
        return "MongoDB " + mongo.version();
    }

    public String uri() {
        return mongo.connectionString();
    }

    public double scale() {
        return scale;
    }

    public int rounds() {
        return rounds;
    }

    /** A number of events or the like, as small as this run is. */
    public int scaled(int full) {
        return Math.max(1, (int) Math.round(full * scale));
    }

    /** Changes to be made in a database that no work has used. */
    public Backlog backlog() {
        return new Backlog(mongo.connectionString(), "bench" + DATABASES.incrementAndGet());
    }

    public double serverCpu() {
        return serverCpu.seconds();
    }

    /** Contenders, still to be named, that take turns. */
    public Contest contest() {
        return new Contest(this);
    }

    /** Does a work once, in a JVM that is cold. */
    public Measurement once(String contender, Task task) {
        try (ContenderProcess process = start(contender)) {
            return turn(process, task, same -> {});
        }
    }

    ContenderProcess start(String contender) {
        return ContenderProcess.start(contender, jvmOptions);
    }

    Measurement turn(ContenderProcess process, Task task, Consumer<Task> whileListening) {
        double before = serverCpu.seconds();
        Measurement measured = process.run(task, () -> whileListening.accept(task));
        return measured.withServerCpu(serverCpu.seconds() - before);
    }

    @Override
    public void close() {
        mongo.close();
    }
}
