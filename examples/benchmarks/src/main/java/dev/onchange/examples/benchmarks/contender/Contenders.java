package dev.onchange.examples.benchmarks.contender;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All contenders, by name. */
public final class Contenders {

    /** The reactive driver by hand, the whole event as bytes that nobody looks into: the least there can be. */
    public static final String DRIVER_RAW = "driver, event raw";

    /** The reactive driver as people use it, who want the document of an event as bytes. */
    public static final String DRIVER_RAW_DOCUMENT = "driver, ChangeStreamDocument<RawBsonDocument>";

    public static final String DRIVER_DOCUMENT = "driver, ChangeStreamDocument<Document>";
    public static final String DRIVER_RECORD = "driver, ChangeStreamDocument<record>";

    /** One stream, one {@code $in}, and a map by hand: what a careful person would write for many handlers. */
    public static final String DRIVER_IN = "driver, one $in stream by hand";

    /** A stream for each handler. */
    public static final String DRIVER_STREAMS = "driver, a stream per handler";

    /** One stream of the database for all its collections. */
    public static final String DRIVER_DATABASE = "driver, one database stream";

    /** The documents of a collection, by a plain find. */
    public static final String DRIVER_FIND = "driver, find";

    /** On another thread, which may block. */
    public static final String DRIVER_FIND_ELSEWHERE = "driver, find, handled on another thread";

    public static final String DRIVER_FIND_BY_ID = "driver, find sorted by _id";

    /** Takes the time from change to handler: each is handled by the driver's thread, which must not wait. */
    public static final String DRIVER_LATENCY = "driver";

    /** Each change is handled by another thread, which may wait. */
    public static final String DRIVER_LATENCY_ELSEWHERE = "driver, another thread";

    public static final String SPRING_REACTIVE = "Spring Data, reactive";
    public static final String SPRING_CONTAINER = "Spring Data, container";
    public static final String DEBEZIUM = "Debezium embedded";

    /** Its initial snapshot. */
    public static final String DEBEZIUM_SNAPSHOT = "Debezium embedded, initial snapshot";

    public static final String ONCHANGE_RAW = "OnChange, RawBsonDocument";

    /** As the one before, without others that might join. */
    public static final String ONCHANGE_ALONE = "OnChange, alone";

    public static final String ONCHANGE_DOCUMENT = "OnChange, Document";
    public static final String ONCHANGE_RECORD = "OnChange, record";

    /** As many annotated methods as the task has handlers. */
    public static final String ONCHANGE_MANY = "OnChange, many handlers";

    /** The same with filters of several kinds. */
    public static final String ONCHANGE_MIXED = "OnChange, mixed filters";

    /** The same, and the server sends everything. */
    public static final String ONCHANGE_MIXED_UNFILTERED = "OnChange, mixed filters, all sent";

    /** A method per collection. */
    public static final String ONCHANGE_COLLECTIONS = "OnChange, a handler per collection";

    /** The same, each with a stream of its own. */
    public static final String ONCHANGE_STREAMS = "OnChange, a stream per handler";

    /** As many instances as the task has handlers, each with a part of one handler that is divided. */
    public static final String ONCHANGE_INSTANCES = "OnChange, instances";

    /** The same, and the handler waits for something else. */
    public static final String ONCHANGE_INSTANCES_WAITING = "OnChange, instances that wait";

    /** The handler may wait, as all may by default. */
    public static final String ONCHANGE_LATENCY = "OnChange";

    /** The handler never waits, and so is called by the thread that brings the change. */
    public static final String ONCHANGE_LATENCY_HERE = "OnChange, same thread";

    /** Wants the changes that stand out, by a filter that the server is not asked. */
    public static final String ONCHANGE_UNWANTED = "OnChange, unwanted";

    /** Writes a copy of each document. */
    public static final String ONCHANGE_COPIES = "OnChange, copies";

    public static final String ONCHANGE_COPIES_IN_BATCHES = "OnChange, copies in batches";

    /** Writes the state of each document that has changed. */
    public static final String ONCHANGE_STATES = "OnChange, states";

    /** The same of the newest change of those of a document that wait. */
    public static final String ONCHANGE_NEWEST_STATES = "OnChange, newest states";

    /** Counts each change in a transaction. */
    public static final String ONCHANGE_COUNTERS = "OnChange, counters in transactions";

    public static final String ONCHANGE_COUNTERS_IN_BATCHES = "OnChange, counters in transactions, in batches";

    /** The documents of a collection. */
    public static final String ONCHANGE_SNAPSHOT = "OnChange, snapshot";

    /** Takes the time from change to handler while the handler is given documents. */
    public static final String ONCHANGE_SNAPSHOT_LATENCY = "OnChange, during a snapshot";

    private static final Map<String, Contender> ALL = new LinkedHashMap<>();

    static {
        ALL.put(DRIVER_RAW, ReactiveDriver::raw);
        ALL.put(DRIVER_RAW_DOCUMENT, ReactiveDriver::rawDocument);
        ALL.put(DRIVER_DOCUMENT, ReactiveDriver::document);
        ALL.put(DRIVER_RECORD, ReactiveDriver::record);
        ALL.put(DRIVER_LATENCY, ReactiveDriver::latency);
        ALL.put(DRIVER_LATENCY_ELSEWHERE, ReactiveDriver::latencyElsewhere);
        ALL.put(DRIVER_IN, ReactiveDriverByHand::routed);
        ALL.put(DRIVER_STREAMS, ReactiveDriverByHand::streams);
        ALL.put(DRIVER_DATABASE, ReactiveDriverByHand::database);
        ALL.put(DRIVER_FIND, ReactiveDriver::find);
        ALL.put(DRIVER_FIND_ELSEWHERE, ReactiveDriver::findElsewhere);
        ALL.put(DRIVER_FIND_BY_ID, ReactiveDriver::findById);
        ALL.put(SPRING_REACTIVE, SpringReactive::listen);
        ALL.put(SPRING_CONTAINER, SpringContainer::listen);
        ALL.put(DEBEZIUM, Debezium::listen);
        ALL.put(DEBEZIUM_SNAPSHOT, Debezium::snapshot);
        ALL.put(ONCHANGE_RAW, OnChangeHandlers::raw);
        ALL.put(ONCHANGE_DOCUMENT, OnChangeHandlers::document);
        ALL.put(ONCHANGE_RECORD, OnChangeHandlers::record);
        ALL.put(ONCHANGE_LATENCY, OnChangeHandlers::latency);
        ALL.put(ONCHANGE_LATENCY_HERE, OnChangeHandlers::latencyHere);
        ALL.put(ONCHANGE_MANY, ManyHandlers::bySku);
        ALL.put(ONCHANGE_COLLECTIONS, ManyHandlers::byCollection);
        ALL.put(ONCHANGE_STREAMS, ManyHandlers::streams);
        ALL.put(ONCHANGE_INSTANCES, OnChangeInstances::listen);
        ALL.put(ONCHANGE_INSTANCES_WAITING, OnChangeInstances::waiting);
        ALL.put(
                ONCHANGE_MIXED,
                (task, receiver) -> ManyHandlers.mixed(task, receiver).start());
        ALL.put(ONCHANGE_MIXED_UNFILTERED, ManyHandlers::mixedUnfiltered);
        ALL.put(ONCHANGE_UNWANTED, OnChangeHandlers::unwanted);
        ALL.put(ONCHANGE_ALONE, OnChangeHandlers::alone);
        ALL.put(ONCHANGE_COPIES, OnChangeSinks::copies);
        ALL.put(ONCHANGE_COPIES_IN_BATCHES, OnChangeSinks::copiesInBatches);
        ALL.put(ONCHANGE_STATES, OnChangeSinks::states);
        ALL.put(ONCHANGE_NEWEST_STATES, OnChangeSinks::newestStates);
        ALL.put(ONCHANGE_COUNTERS, OnChangeSinks::counters);
        ALL.put(ONCHANGE_COUNTERS_IN_BATCHES, OnChangeSinks::countersInBatches);
        ALL.put(ONCHANGE_SNAPSHOT, OnChangeSnapshots::raw);
        ALL.put(ONCHANGE_SNAPSHOT_LATENCY, OnChangeSnapshots::latency);
    }

    private Contenders() {}

    /** @throws IllegalArgumentException if there is none of that name */
    public static Contender named(String name) {
        Contender contender = ALL.get(name);
        if (contender == null) {
            throw new IllegalArgumentException("No contender is called " + name + "; there are " + ALL.keySet());
        }
        return contender;
    }

    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }
}
