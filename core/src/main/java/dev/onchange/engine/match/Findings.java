package dev.onchange.engine.match;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Properties of a filter that parsing finds out, besides its conditions. */
final class Findings {

    private final Set<String> fields = new LinkedHashSet<>();
    private final List<String> onServer = new ArrayList<>();
    private boolean wholeEvent;
    private boolean canFail;
    private boolean refusedByStreams;

    /** The filter reads this field of the event. */
    void reads(String field) {
        fields.add(field);
    }

    /** The filter may read any field. */
    void readsWholeEvent() {
        wholeEvent = true;
    }

    /** Evaluation may fail, depending on the event. */
    void canFail() {
        canFail = true;
    }

    /** A stream of some server version does not open with this filter, or misreads it. */
    void refusedByAStream() {
        refusedByStreams = true;
    }

    /** A part of the filter that only the server can answer. */
    Node onServer(String why) {
        onServer.add(why);
        return new Node.OnServer();
    }

    Set<String> fields() {
        return fields;
    }

    boolean wholeEvent() {
        return wholeEvent;
    }

    boolean mayFail() {
        return canFail;
    }

    boolean refusedByStreams() {
        return refusedByStreams;
    }

    List<String> reasons() {
        return onServer;
    }
}
