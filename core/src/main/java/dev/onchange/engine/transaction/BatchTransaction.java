package dev.onchange.engine.transaction;

import dev.onchange.Attempt;
import dev.onchange.BatchFailure;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.message.FailureDescription;
import dev.onchange.engine.retry.RetryableInvoker.RepeatedOf;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/** One call with several changes in one transaction: begun anew without those that turn out to be settled. */
record BatchTransaction(TransactionalInvoker invoker, Invoker handler, Attempt attempt, HeldThread held) {

    /**
     * Emits {@link RepeatedOf} if some had been settled before, and nothing otherwise.
     *
     * @param settled the places of those of which that is known
     */
    Mono<Object> of(List<Change> changes, BitSet settled) {
        int[] places = IntStream.range(0, changes.size())
                .filter(place -> !settled.get(place))
                .toArray();
        if (places.length == 0) {
            return Mono.just(new RepeatedOf(settled));
        }
        List<Change> open = IntStream.of(places).mapToObj(changes::get).toList();
        TransactionalInvoker.Mark mark = new TransactionalInvoker.Mark(
                open.stream().map(TransactionalInvoker::token).toList(), false);
        return invoker.transaction(
                        mark,
                        session -> invoker.call(session, held, given -> handler.invokeBatch(open, attempt, given)))
                .onErrorMap(failure -> inPlace(failure, places))
                .flatMap(tokens -> of(changes, with(settled, mark, tokens, places)))
                .switchIfEmpty(settled.isEmpty() ? Mono.empty() : Mono.just(new RepeatedOf(settled)));
    }

    private static BitSet with(BitSet settled, TransactionalInvoker.Mark mark, Set<String> tokens, int[] places) {
        BitSet more = (BitSet) settled.clone();
        for (int i = 0; i < places.length; i++) {
            if (tokens.contains(mark.tokens().get(i))) {
                more.set(places[i]);
            }
        }
        return more;
    }

    /** The handler counts the changes that it was given. */
    private static Throwable inPlace(Throwable failure, int[] places) {
        BatchFailure at = FailureDescription.batchFailure(failure);
        if (at == null) {
            return failure;
        }
        if (at.index() < places.length) {
            return new BatchFailure(places[at.index()], at.getCause());
        }
        return at.getCause() == null
                ? new IllegalArgumentException("a batch of " + places.length + " changes has no such place", at)
                : at.getCause();
    }
}
