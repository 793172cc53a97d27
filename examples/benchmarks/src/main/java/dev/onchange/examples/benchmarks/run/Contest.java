package dev.onchange.examples.benchmarks.run;

import dev.onchange.examples.benchmarks.contender.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * The same work by one contender after the other, then again, round after round, so that whatever disturbs the machine
 * disturbs all of them. The first rounds warm up and do not count.
 */
public final class Contest {

    /**
     * One that takes part.
     *
     * @param rounds at most
     * @param warmUps at most
     */
    private record Entry(String name, String contender, IntFunction<Task> task, int rounds, int warmUps) {

        /** In all rounds. */
        private Entry(String name, String contender, IntFunction<Task> task) {
            this(name, contender, task, Integer.MAX_VALUE, Integer.MAX_VALUE);
        }
    }

    private final Stage stage;
    private final List<Entry> entries = new ArrayList<>();
    private Consumer<Task> whileListening = task -> {};
    private int warmUps = 2;
    private int times = 1;

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

    /** One so slow that it warms up once, and takes part in the first rounds only. */
    public Contest with(String contender, Task task, int rounds) {
        return with(new Entry(contender, contender, round -> task, rounds, 1));
    }

    /** One so slow that a single turn, without warming up, has to do. */
    public Contest once(String contender, Task task) {
        return with(new Entry(contender, contender, round -> task, 1, 0));
    }

    /** Where little is to be counted, the compiler must have done its work: that takes some hundred thousand events. */
    public Contest warmUp(int rounds) {
        warmUps = rounds;
        return this;
    }

    /** So many times as many rounds, for short turns. */
    public Contest times(int factor) {
        times = factor;
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
        List<ContenderProcess> processes = new ArrayList<>();
        Map<String, List<Measurement>> measured = new LinkedHashMap<>();
        try {
            for (Entry entry : entries) {
                processes.add(stage.start(entry.contender()));
            }
            for (int round = 1 - warmUps; round <= times * stage.rounds(); round++) {
                round(round, processes, measured);
            }
        } finally {
            processes.forEach(ContenderProcess::close);
        }
        return new Results(measured.entrySet().stream()
                .map(each -> new Series(each.getKey(), each.getValue()))
                .toList());
    }

    private void round(int round, List<ContenderProcess> processes, Map<String, List<Measurement>> measured) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (round <= entry.rounds() && round > -entry.warmUps()) {
                Measurement one = stage.turn(processes.get(i), entry.task().apply(round), whileListening);
                if (round > 0) {
                    measured.computeIfAbsent(entry.name(), name -> new ArrayList<>())
                            .add(one);
                }
            }
        }
    }
}
