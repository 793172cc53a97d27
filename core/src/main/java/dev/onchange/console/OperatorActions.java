package dev.onchange.console;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what operators do, and notes who did it, what, and with whom, also if it was refused: in the journal and in the log. */
final class OperatorActions {

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    private final Journal journal;

    OperatorActions(Journal journal) {
        this.journal = journal;
    }

    void run(ApiCall call, String action, @Nullable String handler, String how, Runnable command) {
        run(call, action, handler, how, () -> {
            command.run();
            return true;
        });
    }

    <T> T run(ApiCall call, String action, @Nullable String handler, String how, Supplier<T> command) {
        try {
            T result = command.get();
            note(call.by(), action, handler, how);
            return result;
        } catch (RuntimeException e) {
            note(call.by(), action, handler, (how.isEmpty() ? "" : how + ", ") + "refused: " + e.getMessage());
            throw e;
        }
    }

    void note(String by, String action, @Nullable String handler, String how) {
        journal.add(action, handler, how, by);
        LOG.info("Console: {} did {} {} {}", by, action, handler == null ? "" : handler, how);
    }
}
