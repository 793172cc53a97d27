package dev.onchange.micrometer;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/** The meters of {@link ListenersMeters}: their names, descriptions, units and tags, for dashboards and documentation. */
@SuppressWarnings("exports") // the framework is required where it is used
public enum ListenersMeter implements MeterDocumentation {
    STREAMS("onchange.streams", Meter.Type.GAUGE, "streams", "Change streams in a phase", Key.PHASE),
    HANDLERS("onchange.handlers", Meter.Type.GAUGE, "handlers", "Handlers in a phase", Key.PHASE),
    IN_SCOPE(
            "onchange.changes.inscope",
            Meter.Type.COUNTER,
            "changes",
            "Changes of the handler's scope and operations for which its filter was tested; the server leaves out most of"
                    + " those that no filter matches",
            Key.HANDLER),
    DELIVERED(
            "onchange.changes.delivered",
            Meter.Type.COUNTER,
            "changes",
            "Changes that the handler's filter matched",
            Key.HANDLER),
    FILTERED(
            "onchange.changes.filtered",
            Meter.Type.COUNTER,
            "changes",
            "Changes of the handler's stream that it did not match",
            Key.HANDLER),
    HANDLED("onchange.changes.handled", Meter.Type.COUNTER, "changes", "Changes that were handled", Key.HANDLER),
    RETRIED(
            "onchange.attempts.retried",
            Meter.Type.COUNTER,
            "attempts",
            "Failed attempts that another one followed",
            Key.HANDLER),
    DEAD_LETTERED(
            "onchange.changes.deadlettered",
            Meter.Type.COUNTER,
            "changes",
            "Changes that became dead letters after the last attempt",
            Key.HANDLER),
    PARKED(
            "onchange.changes.parked",
            Meter.Type.COUNTER,
            "changes",
            "Changes that were stored behind a dead letter of the same document",
            Key.HANDLER),
    SKIPPED(
            "onchange.changes.skipped",
            Meter.Type.COUNTER,
            "changes",
            "Changes that were passed over after the last attempt",
            Key.HANDLER),
    COALESCED(
            "onchange.changes.coalesced",
            Meter.Type.COUNTER,
            "changes",
            "Changes whose place a newer one of the same document has taken",
            Key.HANDLER),
    BATCHES(
            "onchange.batches",
            Meter.Type.COUNTER,
            "batches",
            "Calls of the handler with batches, whatever came of them",
            Key.HANDLER),
    LETTERS_FAILED(
            "onchange.letters.failed",
            Meter.Type.GAUGE,
            "letters",
            "Stored dead letters of changes that the handler failed at",
            Key.HANDLER),
    LETTERS_PARKED(
            "onchange.letters.parked",
            Meter.Type.GAUGE,
            "letters",
            "Stored dead letters of changes that wait behind such a one",
            Key.HANDLER),
    IN_FLIGHT(
            "onchange.changes.inflight",
            Meter.Type.GAUGE,
            "changes",
            "Changes that the handler has received and not settled",
            Key.HANDLER),
    OLDEST_UNSETTLED(
            "onchange.changes.oldest",
            Meter.Type.GAUGE,
            Unit.SECONDS,
            "How long the oldest of the changes in flight has been with the handler",
            Key.HANDLER),
    LAG(
            "onchange.position.lag",
            Meter.Type.GAUGE,
            Unit.SECONDS,
            "From the handler's position to the server's newest time",
            Key.HANDLER),
    LEFT(
            "onchange.position.left",
            Meter.Type.GAUGE,
            Unit.SECONDS,
            "From the oldest entry of the oplog to the handler's position",
            Key.HANDLER),
    AGE(
            "onchange.position.age",
            Meter.Type.GAUGE,
            Unit.SECONDS,
            "Age of the handler's position by the registry's clock",
            Key.HANDLER),
    SNAPSHOT_DOCUMENTS(
            "onchange.snapshot.documents",
            Meter.Type.GAUGE,
            "documents",
            "Documents that the handler's snapshot under way has read and the handler settled; there is none of these"
                    + " meters while no snapshot is under way",
            Key.HANDLER),
    SNAPSHOT_ESTIMATED(
            "onchange.snapshot.estimated",
            Meter.Type.GAUGE,
            "documents",
            "About how many documents the snapshot will read",
            Key.HANDLER),
    SNAPSHOT_RATE(
            "onchange.snapshot.rate",
            Meter.Type.GAUGE,
            "documents",
            "Documents of the snapshot that were settled in a second lately",
            Key.HANDLER),
    SNAPSHOT_LEFT(
            "onchange.snapshot.left",
            Meter.Type.GAUGE,
            Unit.SECONDS,
            "How long the snapshot will take at this rate",
            Key.HANDLER),
    STREAM_LAG(
            "onchange.stream.lag",
            Meter.Type.GAUGE,
            Unit.SECONDS,
            "From what the stream has handed on to the server's newest time",
            Key.STREAM),
    REOPENED(
            "onchange.stream.reopened",
            Meter.Type.COUNTER,
            "openings",
            "How often the stream was opened again after a failure",
            Key.STREAM);

    private final String name;
    private final Meter.Type type;
    private final String unit;
    private final String description;
    private final Key key;

    ListenersMeter(String name, Meter.Type type, String unit, String description, Key key) {
        this.name = name;
        this.type = type;
        this.unit = unit;
        this.description = description;
        this.key = key;
    }

    /** The name in a registry; systems of metrics change it to their ways. */
    @Override
    public String getName() {
        return name;
    }

    @Override
    public Meter.Type getType() {
        return type;
    }

    /** The unit of its values. */
    @Override
    public String getBaseUnit() {
        return unit;
    }

    /** What it measures, a phrase. */
    public String description() {
        return description;
    }

    @Override
    public KeyName[] getKeyNames() {
        return new KeyName[] {key};
    }

    /** The tag of each of its meters. */
    Key key() {
        return key;
    }

    /** Whether its values are times. */
    boolean isTime() {
        return unit.equals(Unit.SECONDS);
    }

    /** The tags. */
    public enum Key implements KeyName {
        /** A phase of {@code StreamStatus} or {@code HandlerStatus}, in lower case. */
        PHASE("phase"),
        /** A handler's id, as the tag of its observations. */
        HANDLER("handler"),
        /** A stream's name, as in the plan. */
        STREAM("stream");

        private final String key;

        Key(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }

    private static final class Unit {

        private static final String SECONDS = "seconds";

        private Unit() {}
    }
}
