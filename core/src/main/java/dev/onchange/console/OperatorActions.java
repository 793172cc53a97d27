package dev.onchange.console;

import dev.onchange.status.ListenerEvent;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what operators do, and tells who did it, what, and with whom, also if it was refused: to the journal, to the log and to the
 * application's listener of events.
 */
final class OperatorActions {

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    /** In characters, of what was sent: the journal and the log keep no more of it. */
    private static final int LONGEST = 1_000;

    private final Journal journal;
    private final PayloadMask mask;
    private final Consumer<ListenerEvent> listener;

    OperatorActions(Journal journal, PayloadMask mask, Consumer<ListenerEvent> listener) {
        this.journal = journal;
        this.mask = mask;
        this.listener = listener;
    }

    Journal journal() {
        return journal;
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
            tell(new ListenerEvent.OperatorActed(call.by(), action, handler, how, e));
            throw e;
        }
    }

    void note(String by, String action, @Nullable String handler, String how) {
        tell(new ListenerEvent.OperatorActed(by, action, handler, how, null));
    }

    /** Tells what somebody has looked at who need not be an operator. */
    void look(String by, String action, @Nullable String handler, String how) {
        tell(new ListenerEvent.OperatorActed(by, action, handler, how, null), journal::addLook);
    }

    private void tell(ListenerEvent.OperatorActed event) {
        tell(event, journal::add);
    }

    private void tell(ListenerEvent.OperatorActed event, Note note) {
        String how = how(event);
        String by = cut(event.by());
        String handler = event.handlerId() == null ? null : cut(event.handlerId());
        note.add(event.action(), handler, cut(mask.text(how)), by);
        // Names and filters are what somebody has sent: they must not look like lines of their own.
        LOG.info(
                "Console: {} did {} {} {}",
                oneLine(by),
                event.action(),
                handler == null ? "" : oneLine(handler),
                oneLine(cut(how)));
        try {
            listener.accept(event);
        } catch (RuntimeException | Error e) {
            // What was done is done, whatever the listener makes of it.
            LOG.error("The listener failed at {}", event, e);
        }
    }

    private static String how(ListenerEvent.OperatorActed event) {
        Throwable refusal = event.refusal();
        return refusal == null
                ? event.how()
                : (event.how().isEmpty() ? "" : event.how() + ", ") + "refused: " + refusal.getMessage();
    }

    private static String cut(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    /** Adds to the journal. */
    @FunctionalInterface
    private interface Note {
        void add(String action, @Nullable String handler, String message, String by);
    }
}
