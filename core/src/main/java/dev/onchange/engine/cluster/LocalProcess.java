package dev.onchange.engine.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Linux tells of processes: whether one that ran on the same machine, and in the same namespace of process ids, has
 * ended. Elsewhere nothing is known.
 */
public final class LocalProcess {

    private static final Path PROCESSES = Path.of("/proc");

    /** Of the fields after the name, which ends with the last parenthesis. */
    private static final int STATE = 0;

    private static final int BEGUN = 19;

    private LocalProcess() {}

    /** This process. */
    public static ProcessId current() {
        long pid = ProcessHandle.current().pid();
        try {
            String boot = Files.readString(PROCESSES.resolve("sys/kernel/random/boot_id"))
                    .strip();
            String namespace =
                    Files.readSymbolicLink(PROCESSES.resolve("self/ns/pid")).toString();
            return new ProcessId(boot + " " + namespace, pid, fields(pid)[BEGUN]);
        } catch (IOException | RuntimeException unknown) {
            return new ProcessId("", pid, "");
        }
    }

    /** Whether the process is known to have ended. */
    public static boolean hasEnded(ProcessId process, ProcessId here) {
        if (process.machine().isEmpty() || !process.machine().equals(here.machine())) {
            return false;
        }
        if (!Files.exists(PROCESSES.resolve(Long.toString(process.pid())))) {
            return true;
        }
        try {
            String[] fields = fields(process.pid());
            boolean isOther = !fields[BEGUN].equals(process.begun());
            return isOther || fields[STATE].equals("Z") || fields[STATE].equals("X");
        } catch (IOException | RuntimeException unknown) {
            return false;
        }
    }

    private static String[] fields(long pid) throws IOException {
        String text = Files.readString(PROCESSES.resolve(pid + "/stat"));
        return text.substring(text.lastIndexOf(')') + 2).split(" ");
    }
}
