package dev.onchange.match;

import dev.onchange.match.syntax.Element;
import dev.onchange.match.syntax.Rejected;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/**
 * A query filter over change events, answered exactly as the server's {@code $match} answers it. Immutable and safe for use by
 * several threads.
 */
public final class Match {

    private final RawBsonDocument filter;
    private final Node root;
    private final Findings findings;

    private Match(RawBsonDocument filter, Node root, Findings findings) {
        this.filter = filter;
        this.root = root;
        this.findings = findings;
    }

    /**
     * Parses a filter.
     *
     * @throws InvalidMatchException if the server would reject it
     */
    public static Match parse(BsonDocument filter) {
        RawBsonDocument raw = Filters.copy(filter);
        Findings findings = new Findings();
        try {
            Node root = new FilterParser(findings).parse(Element.root(raw.getBackingArray()), false);
            return new Match(raw, root, findings);
        } catch (Rejected rejected) {
            throw new InvalidMatchException(rejected.place(), rejected.reason());
        }
    }

    /**
     * Parses a filter in extended JSON, relaxed as in the shell. A field that is written twice counts twice.
     *
     * @throws InvalidMatchException if it is not valid JSON, with line and column, or the server would reject it
     */
    public static Match parse(String json) {
        return parse(JsonFilters.read(json));
    }

    /** The filter as the server takes it. */
    public BsonDocument filter() {
        return filter;
    }

    /** Whether {@link #matches} can answer; false for a valid filter that only the server can answer. */
    public boolean inProcess() {
        return findings.reasons().isEmpty();
    }

    /**
     * Whether the event satisfies the filter, with the server's own answer.
     *
     * @throws UnsupportedOperationException if {@link #inProcess()} is false
     */
    public boolean matches(RawBsonDocument event) {
        if (!inProcess()) {
            throw new UnsupportedOperationException("only the server can answer this filter: " + findings.reasons());
        }
        return root.matches(event.getBackingArray(), event.getByteOffset());
    }

    /** The fields of the event that the filter reads, first components of its paths; all of them if it may read any. */
    public boolean reads(String field) {
        return findings.wholeEvent() || findings.fields().contains(field);
    }

    /** The fields of the event that the filter names; see {@link #reads}. */
    public Set<String> fields() {
        return Set.copyOf(findings.fields());
    }
}
