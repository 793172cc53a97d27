package dev.onchange.examples.benchmarks.run;

import dev.onchange.examples.benchmarks.contender.Contender;
import dev.onchange.examples.benchmarks.contender.Contenders;
import dev.onchange.examples.benchmarks.contender.Receiver;
import dev.onchange.examples.benchmarks.contender.Task;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The process of one contender: reads tasks, a line each, and answers with what they cost. Ends with its input. */
public final class ContenderMain {

    static final String LISTENING = "listening";

    /** A contender that takes longer has failed. */
    private static final long LIMIT_SECONDS = 300;

    private ContenderMain() {}

    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        // Whatever a library prints must not be taken for an answer.
        System.setOut(System.err);
        Contender contender = Contenders.named(args[0]);
        BufferedReader tasks = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = tasks.readLine(); line != null; line = tasks.readLine()) {
            Measurement measured = measure(contender, Task.parse(line), () -> answers.println(LISTENING));
            answers.println(measured.toDocument().toJson(Task.ONE_LINE));
        }
        System.exit(0);
    }

    /** @param whenListening is run when the contender says that it follows the changes */
    static Measurement measure(Contender contender, Task task, Runnable whenListening) throws Exception {
        List<Long> heap = new ArrayList<>();
        if (task.pause() > 0) {
            heap.add(Meter.heap());
        }
        AtomicReference<@Nullable Meter> atFirst = new AtomicReference<>();
        Receiver receiver = new Receiver(task, () -> atFirst.set(Meter.now()));
        Meter start = Meter.now();
        AutoCloseable listening = contender.listen(task, receiver);
        try {
            whenListening.run();
            if (task.pause() > 0) {
                watchHeap(receiver, heap);
            }
            receiver.await(LIMIT_SECONDS);
            Meter end = Meter.now();
            Meter first = Objects.requireNonNull(atFirst.get());
            long[] delays = receiver.delays();
            return new Measurement(
                    receiver.count(),
                    start.secondsTo(receiver.doneAt()),
                    first.secondsTo(receiver.doneAt()),
                    first.cpuSecondsTo(end),
                    start.cpuSecondsTo(end),
                    0,
                    end.allocated() - start.allocated(),
                    delays[delays.length - 1] == 0
                            ? List.of()
                            : Arrays.stream(delays).boxed().toList(),
                    heap);
        } finally {
            listening.close();
        }
    }

    /** Once a second until the last event has come. */
    private static void watchHeap(Receiver receiver, List<Long> heap) {
        while (receiver.doneAt() == 0 && heap.size() < LIMIT_SECONDS) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            heap.add(Meter.heap());
        }
    }
}
