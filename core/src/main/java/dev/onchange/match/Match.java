package dev.onchange.match;

import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/** A query filter over change events. Immutable and safe for use by several threads. */
public final class Match {

    private final BsonDocument filter;

    private Match(BsonDocument filter) {
        this.filter = filter;
    }

    /**
     * Parses a filter.
     *
     * @throws InvalidMatchException if the server would reject it
     */
    public static Match parse(BsonDocument filter) {
        return new Match(filter);
    }

    /**
     * Parses a filter in extended JSON, relaxed as in the shell.
     *
     * @throws InvalidMatchException if it is not valid JSON, with line and column, or the server would reject it
     */
    public static Match parse(String json) {
        return parse(BsonDocument.parse(json));
    }

    /** The filter as the server takes it. */
    public BsonDocument filter() {
        return filter;
    }

    /** Whether {@link #matches} can answer; false for a valid filter that only the server can answer. */
    public boolean inProcess() {
        return true;
    }

    /**
     * Whether the event satisfies the filter, with the server's own answer.
     *
     * @throws UnsupportedOperationException if {@link #inProcess()} is false
     */
    public boolean matches(RawBsonDocument event) {
        throw new UnsupportedOperationException();
    }
}
