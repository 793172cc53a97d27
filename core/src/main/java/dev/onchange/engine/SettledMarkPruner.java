package dev.onchange.engine;

import dev.onchange.ChangeListeners;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.SaveObserver;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.transaction.Transactions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Removes the marks of transactions that saved positions have passed. */
final class SettledMarkPruner implements SaveObserver {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final SaveObserver next;
    private final CheckpointStore store;
    private final Transactions transactions;
    private final Supplier<Set<String>> transactional;

    /** @param transactional the ids of the handlers that are */
    SettledMarkPruner(
            SaveObserver next, CheckpointStore store, Transactions transactions, Supplier<Set<String>> transactional) {
        this.store = store;
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
            passed(concerned)
                    .flatMap(transactions::prune)
                    .subscribe(done -> {}, failure -> LOG.debug("Marks not removed yet", failure));
        }
    }

    /** Up to where the marks of handlers are passed. Of one that is divided the first partition looks at the others. */
    private Mono<Map<String, Position>> passed(Map<String, Position> saved) {
        Map<String, Position> passed = new HashMap<>();
        List<List<String>> divided = new ArrayList<>();
        saved.forEach((id, position) -> {
            Partition partition = Partition.of(id);
            if (partition.count() == 1) {
                passed.put(id, position);
            } else if (partition.number() == 0) {
                divided.add(Partition.allOf(partition.handlerId(), partition.count()).stream()
                        .map(Partition::id)
                        .toList());
            }
        });
        return Flux.fromIterable(divided)
                .concatMap(ids -> store.load(ids).doOnNext(kept -> {
                    if (kept.size() == ids.size()) {
                        kept.values().stream()
                                .reduce((one, other) -> one.isAfter(other) ? other : one)
                                .ifPresent(earliest -> passed.put(Partition.handlerOf(ids.get(0)), earliest));
                    }
                }))
                .then(Mono.just(passed));
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
