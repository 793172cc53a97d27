package dev.onchange.engine.lookup;

import dev.onchange.engine.stream.RawChange;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** The changes of one cursor, each with its document where one is wished for. */
final class LookUpFlux extends Flux<RawChange> {

    private final Flux<RawChange> changes;
    private final LookUpFilters wishes;
    private final DocumentFinder finder;
    private final LookUpLimits limits;

    LookUpFlux(Flux<RawChange> changes, LookUpFilters wishes, DocumentFinder finder, LookUpLimits limits) {
        this.changes = changes;
        this.wishes = wishes;
        this.finder = finder;
        this.limits = limits;
    }

    @Override
    public void subscribe(CoreSubscriber<? super RawChange> downstream) {
        changes.subscribe(new LookUpSubscriber(downstream, wishes, finder, limits));
    }
}
