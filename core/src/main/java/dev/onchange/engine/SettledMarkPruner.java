package dev.onchange.engine;

import dev.onchange.ChangeListeners;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.SaveObserver;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.transaction.Transactions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the marks of transactions that saved positions have passed. */
final class SettledMarkPruner implements SaveObserver {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final SaveObserver next;
    private final Transactions transactions;
    private final Supplier<Set<String>> transactional;

    /** @param transactional the ids of the handlers that are */
    SettledMarkPruner(SaveObserver next, Transactions transactions, Supplier<Set<String>> transactional) {
        this.next = next;
        this.transactions = transactions;
        this.transactional = transactional;
    }

    @Override
    public void saved(Map<String, Position> positions) {
        next.saved(positions);
        Map<String, Position> concerned = new HashMap<>(positions);
        Set<String> handlers = transactional.get();
        concerned.keySet().removeIf(id -> !handlers.contains(Partition.handlerOf(id)));
        if (!concerned.isEmpty()) {
            // A mark that stays does no harm, and is removed with those after it.
            transactions.prune(concerned).subscribe(done -> {}, failure -> LOG.debug("Marks not removed yet", failure));
        }
    }

    @Override
    public void notSaved(OnChangeException failure, int attempt) {
        next.notSaved(failure, attempt);
    }

    @Override
    public void fenced(FencedException failure) {
        next.fenced(failure);
    }
}
