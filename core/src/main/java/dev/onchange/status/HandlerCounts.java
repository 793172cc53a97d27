package dev.onchange.status;

/**
 * What became of the changes of a handler's stream since it joined that stream.
 *
 * @param inScope those of its scope and operations, for which its filter was tested
 * @param delivered those that the handler matches
 * @param filtered those that it does not
 * @param handled those that it has handled
 * @param retried attempts that failed and were followed by another
 * @param deadLettered those that became dead letters
 * @param parked those stored behind a dead letter of the same document
 * @param skipped those passed over after the last attempt
 * @param repeated those that came again and had been settled before in a transaction
 * @param coalesced those whose place a newer change of their document has taken
 * @param batches calls with batches, whatever came of them
 */
public record HandlerCounts(
        long inScope,
        long delivered,
        long filtered,
        long handled,
        long retried,
        long deadLettered,
        long parked,
        long skipped,
        long repeated,
        long coalesced,
        long batches) {

    /** Nothing has come yet. */
    public static final HandlerCounts NONE = new HandlerCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Both together, of two partitions of one handler: what one of them takes is no change that the other filters. */
    HandlerCounts besides(HandlerCounts other) {
        HandlerCounts sum = and(other);
        long matched = delivered + other.delivered;
        return new HandlerCounts(
                Math.max(Math.max(inScope, other.inScope), matched),
                matched,
                Math.max(0, Math.max(delivered + filtered, other.delivered + other.filtered) - matched),
                sum.handled,
                sum.retried,
                sum.deadLettered,
                sum.parked,
                sum.skipped,
                sum.repeated,
                sum.coalesced,
                sum.batches);
    }

    /** Both together. */
    public HandlerCounts and(HandlerCounts other) {
        return new HandlerCounts(
                inScope + other.inScope,
                delivered + other.delivered,
                filtered + other.filtered,
                handled + other.handled,
                retried + other.retried,
                deadLettered + other.deadLettered,
                parked + other.parked,
                skipped + other.skipped,
                repeated + other.repeated,
                coalesced + other.coalesced,
                batches + other.batches);
    }
}
