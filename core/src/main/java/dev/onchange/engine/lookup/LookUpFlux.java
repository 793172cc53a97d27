package dev.onchange.engine.lookup;

import dev.onchange.engine.stream.RawChange;
import java.util.List;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** The changes of one cursor, each with its current document where a handler asks for it. */
final class LookUpFlux extends Flux<List<RawChange>> {

    private final Flux<List<RawChange>> changes;
    private final LookUpFilters filters;
    private final DocumentFinder finder;
    private final LookUpLimits limits;

    LookUpFlux(Flux<List<RawChange>> changes, LookUpFilters filters, DocumentFinder finder, LookUpLimits limits) {
        this.changes = changes;
        this.filters = filters;
        this.finder = finder;
        this.limits = limits;
    }

    @Override
    public void subscribe(CoreSubscriber<? super List<RawChange>> downstream) {
        changes.subscribe(new LookUpSubscriber(downstream, filters, finder, limits));
    }
}
