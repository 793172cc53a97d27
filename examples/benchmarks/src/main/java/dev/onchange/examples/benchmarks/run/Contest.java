package dev.onchange.examples.benchmarks.run;

import dev.onchange.examples.benchmarks.contender.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The same work by one contender after the other, then again, round after round, so that whatever disturbs the machine
 * disturbs all of them. The first rounds warm up and do not count.
 */
public final class Contest {

    /** A contender that takes longer to listen has failed. */
    private static final long LIMIT_SECONDS = 300;

    /** Each may take as long as all warm-ups of the others. */
    private static final int FIRST_WARM_UPS = 2;

    /**
     * One that takes part.
     *
     * @param rounds at most
     * @param warmUps at most
     * @param early whether it warms up in the first rounds that do, else in the last ones
     */
    private record Entry(
            String name, String contender, IntFunction<Task> task, int rounds, int warmUps, boolean early) {

        /** In all rounds. */
        private Entry(String name, String contender, IntFunction<Task> task) {
            this(name, contender, task, Integer.MAX_VALUE, Integer.MAX_VALUE);
        }

        private Entry(String name, String contender, IntFunction<Task> task, int rounds, int warmUps) {
            this(name, contender, task, rounds, warmUps, false);
        }

        /** @param first the round with which warming up begins */
        boolean takesPartIn(int round, int first) {
            if (round > 0) {
                return round <= rounds;
            }
            return early ? round - first < warmUps : round > -warmUps;
        }
    }

    private final Stage stage;
    private final List<Entry> entries = new ArrayList<>();
    private Consumer<Task> whileListening = task -> {};
    private int warmUps = 2;
    private boolean together;
    private Consumer<List<Task>> whileAllListen = tasks -> {};
    private boolean sideBySide;
    private boolean inNewProcesses;
    private boolean sharingProcesses;
    private int times = 1;
    private int turns;

    Contest(Stage stage) {
        this.stage = stage;
    }

    public Contest with(String contender, Task task) {
        return with(contender, contender, task);
    }

    /** @param name under which a contender takes part that does so with several tasks */
    public Contest with(String name, String contender, Task task) {
        return with(new Entry(name, contender, round -> task));
    }

    /** @param task made anew for each turn, of that round; the rounds that warm up come before the first */
    public Contest with(String contender, IntFunction<Task> task) {
        return with(new Entry(contender, contender, task));
    }

    /**
     * @param name under which a contender takes part that does so with several tasks
     * @param task made anew for each turn, of that round; the rounds that warm up come before the first
     */
    public Contest with(String name, String contender, IntFunction<Task> task) {
        return with(new Entry(name, contender, task));
    }

    /** One so slow that it warms up once, and takes part in the first rounds only. */
    public Contest with(String contender, Task task, int rounds) {
        return with(new Entry(contender, contender, round -> task, rounds, 1));
    }

    /**
     * One that takes seconds to start, and warms up once.
     *
     * @param name under which a contender takes part that does so with several tasks
     */
    public Contest warmedUpOnce(String name, String contender, Task task) {
        return with(new Entry(name, contender, round -> task, Integer.MAX_VALUE, 1));
    }

    /** One so slow that a single turn, without warming up, has to do. */
    public Contest once(String contender, Task task) {
        return with(new Entry(contender, contender, round -> task, 1, 0));
    }

    /**
     * One so slow that a single turn has to do.
     *
     * @param smaller with which it warms up, in the first rounds: what it leaves behind on the server when it ends, as cursors
     *     that wait for changes, is gone when the others are measured
     */
    public Contest once(String contender, Task smaller, Task task) {
        IntFunction<Task> tasks = round -> round > 0 ? task : smaller;
        return with(new Entry(contender, contender, tasks, 1, FIRST_WARM_UPS, true));
    }

    /** Where little is to be counted, the compiler must have done its work: that takes some hundred thousand events. */
    public Contest warmUp(int rounds) {
        warmUps = rounds;
        return this;
    }

    /** All warm up at once, with the same changes: where making these takes longer than handling them. */
    public Contest warmUpTogether(int rounds) {
        together = true;
        return warmUp(rounds);
    }

    /**
     * All take part at once, each with a task of its own: where what disturbs the machine for a moment decides, it disturbs
     * all of them in this way. What the server's CPU does for which of them is not known.
     *
     * @param changes makes those of all tasks, when all listen
     */
    public Contest sideBySide(Consumer<List<Task>> changes) {
        sideBySide = true;
        whileAllListen = changes;
        return this;
    }

    /** Each turn is the first of its process: its classes are to be loaded, and the compiler has done nothing yet. */
    public Contest inNewProcesses() {
        inNewProcesses = true;
        return this;
    }

    /**
     * Those of the same contender take turns in one process: where they differ by their task alone, a process of each would
     * add what the compiler happens to make of the same code in one and in the other.
     */
    public Contest sharingProcesses() {
        sharingProcesses = true;
        return this;
    }

    /** So many times as many rounds, for short turns. */
    public Contest times(int factor) {
        times = factor;
        return this;
    }

    /** So many rounds, whatever the rounds of the run are. */
    public Contest turns(int number) {
        turns = number;
        return this;
    }

    private Contest with(Entry entry) {
        entries.add(entry);
        return this;
    }

    /** Makes changes that a contender is to see, each time that one listens. */
    public Contest making(Consumer<Task> changes) {
        whileListening = changes;
        return this;
    }

    /** What each needed, in the order in which they were named. */
    public Results run() {
        Map<String, ContenderProcess> processes = new LinkedHashMap<>();
        Map<String, List<Measurement>> measured = new LinkedHashMap<>();
        try {
            if (!inNewProcesses) {
                entries.forEach(
                        entry -> processes.computeIfAbsent(processOf(entry), name -> stage.start(entry.contender())));
            }
            int last = turns > 0 ? turns : times * stage.rounds();
            for (int round = 1 - warmUps; round <= last; round++) {
                if (sideBySide) {
                    sideBySide(round, List.copyOf(processes.values()), measured);
                } else if (together && round <= 0) {
                    together(round, List.copyOf(processes.values()));
                } else {
                    round(round, processes, measured);
                }
            }
        } finally {
            processes.values().forEach(ContenderProcess::close);
        }
        return new Results(measured.entrySet().stream()
                .map(each -> new Series(each.getKey(), each.getValue()))
                .toList());
    }

    private String processOf(Entry entry) {
        return sharingProcesses ? entry.contender() : entry.name();
    }

    private void round(int round, Map<String, ContenderProcess> processes, Map<String, List<Measurement>> measured) {
        for (Entry entry : entries) {
            if (entry.takesPartIn(round, 1 - warmUps)) {
                Task task = entry.task().apply(round);
                Measurement one = inNewProcesses
                        ? stage.once(entry.contender(), task)
                        : stage.turn(Objects.requireNonNull(processes.get(processOf(entry))), task, whileListening);
                if (round > 0) {
                    add(entry, one, measured);
                }
            }
        }
    }

    private void together(int round, List<ContenderProcess> processes) {
        Task task = entries.get(0).task().apply(round);
        atOnce(Collections.nCopies(processes.size(), task), processes, () -> whileListening.accept(task));
    }

    private void sideBySide(int round, List<ContenderProcess> processes, Map<String, List<Measurement>> measured) {
        List<Task> tasks =
                entries.stream().map(entry -> entry.task().apply(round)).toList();
        List<Measurement> all = atOnce(tasks, processes, () -> whileAllListen.accept(tasks));
        if (round > 0) {
            for (int i = 0; i < all.size(); i++) {
                add(entries.get(i), all.get(i), measured);
            }
        }
    }

    /** @param changes are made when all listen */
    private static List<Measurement> atOnce(List<Task> tasks, List<ContenderProcess> processes, Runnable changes) {
        CyclicBarrier listening = new CyclicBarrier(processes.size(), changes);
        ExecutorService threads = Executors.newFixedThreadPool(processes.size());
        try {
            List<CompletableFuture<Measurement>> turns = IntStream.range(0, processes.size())
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> processes.get(i).run(tasks.get(i), () -> await(listening)), threads))
                    .toList();
            return turns.stream().map(CompletableFuture::join).toList();
        } finally {
            threads.shutdown();
        }
    }

    private static void add(Entry entry, Measurement one, Map<String, List<Measurement>> measured) {
        measured.computeIfAbsent(entry.name(), name -> new ArrayList<>()).add(one);
    }

    private static void await(CyclicBarrier others) {
        try {
            others.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("A contender did not listen", e);
        }
    }
}
