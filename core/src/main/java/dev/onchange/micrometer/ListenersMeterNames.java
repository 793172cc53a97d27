package dev.onchange.micrometer;

/** Names of the meters of {@link ListenersMeters}. */
public final class ListenersMeterNames {

    /** Gauge by {@value #PHASE}: how many streams there are. */
    public static final String STREAMS = "onchange.streams";

    /** Gauge by {@value #PHASE}: how many handlers there are. */
    public static final String HANDLERS = "onchange.handlers";

    /** Counter by {@value #HANDLER}: changes of its scope and operations, for which its filter was tested. */
    public static final String IN_SCOPE = "onchange.changes.inscope";

    /** Counter by {@value #HANDLER}: changes that it matched. */
    public static final String DELIVERED = "onchange.changes.delivered";

    /** Counter by {@value #HANDLER}: changes of its stream that it did not match. */
    public static final String FILTERED = "onchange.changes.filtered";

    /** Counter by {@value #HANDLER}: changes that it has handled. */
    public static final String HANDLED = "onchange.changes.handled";

    /** Counter by {@value #HANDLER}: failed attempts that another one followed. */
    public static final String RETRIED = "onchange.attempts.retried";

    /** Counter by {@value #HANDLER}: changes that became dead letters. */
    public static final String DEAD_LETTERED = "onchange.changes.deadlettered";

    /** Counter by {@value #HANDLER}: changes that were stored behind a dead letter of the same document. */
    public static final String PARKED = "onchange.changes.parked";

    /** Counter by {@value #HANDLER}: changes that were passed over after the last attempt. */
    public static final String SKIPPED = "onchange.changes.skipped";

    /** Gauge by {@value #HANDLER}: changes that it has received and not settled. */
    public static final String IN_FLIGHT = "onchange.changes.inflight";

    /** Time gauge by {@value #HANDLER}: how long the oldest of these has been with it. */
    public static final String OLDEST_UNSETTLED = "onchange.changes.oldest";

    /** Time gauge by {@value #HANDLER}: from its position to the server's newest time. */
    public static final String LAG = "onchange.position.lag";

    /** Time gauge by {@value #HANDLER}: from the oldest entry of the oplog to its position. */
    public static final String LEFT = "onchange.position.left";

    /** Time gauge by {@value #HANDLER}: how old the token of its position is, by the registry's clock. */
    public static final String AGE = "onchange.position.age";

    /** Time gauge by {@value #STREAM}: from what it has handed on to the server's newest time. */
    public static final String STREAM_LAG = "onchange.stream.lag";

    /** Counter by {@value #STREAM}: how often it was opened again after a failure. */
    public static final String REOPENED = "onchange.stream.reopened";

    /** Tag: a phase of {@code StreamStatus} or {@code HandlerStatus}, in lower case. */
    public static final String PHASE = "phase";

    /** Tag: a handler's id. */
    public static final String HANDLER = "handler";

    /** Tag: a stream's name, as in the plan. */
    public static final String STREAM = "stream";

    private ListenersMeterNames() {}
}
