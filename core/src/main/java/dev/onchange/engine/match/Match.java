package dev.onchange.engine.match;

import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.match.expr.EvaluationFailed;
import dev.onchange.engine.match.syntax.Element;
import dev.onchange.engine.match.syntax.Rejected;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/**
 * A query filter over change events, answered exactly as the server's {@code $match} answers it. Immutable and safe for
 * use by several threads.
 */
public final class Match {

    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

    private final RawBsonDocument filter;
    private final Node root;
    private final Findings findings;
    private volatile @Nullable Map<String, PathValues> implied;

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
            Element whole = Element.root(RawBytes.array(raw));
            boolean plain = PlainFilter.is(whole.bytes());
            if (!plain) {
                FilterBounds.checkDepth(whole);
            }
            Node root = new FilterParser(findings).parse(whole, false);
            if (!plain) {
                FilterBounds.checkText(whole);
                if (FilterBounds.mayBeRefused(raw)) {
                    findings.refusedByAStream();
                }
            }
            if (Failing.dependsOnOrder(root)) {
                findings.onServer("an expression that may fail stands before other conditions; put it last");
            }
            return new Match(raw, root, findings);
        } catch (Rejected rejected) {
            throw new InvalidMatchException(rejected.place(), rejected.reason());
        }
    }

    /**
     * Parses a filter in extended JSON, relaxed as in the shell. A field that is written twice counts twice.
     *
     * @throws InvalidMatchException if it is not valid JSON, or the server would reject it; says the line and column
     */
    public static Match parse(String json) {
        RawBsonDocument filter = JsonFilters.read(json);
        try {
            return parse(filter);
        } catch (InvalidMatchException invalid) {
            throw invalid.in(json);
        }
    }

    /** The filter as the server takes it. */
    public BsonDocument filter() {
        return filter;
    }

    /** The filter in objects of the driver, made anew: to walk through it more than once takes less than to do so in its bytes. */
    public BsonDocument decoded() {
        return filter.decode(CODEC);
    }

    /** Whether {@link #matches} can answer; false for a valid filter that only the server can answer. */
    public boolean inProcess() {
        return findings.reasons().isEmpty();
    }

    /**
     * Whether the event satisfies the filter, with the server's own answer.
     *
     * @throws UnsupportedOperationException if {@link #inProcess()} is false
     * @throws MatchFailedException if evaluation fails on this event, as it would on the server; see {@link #canFail()}
     */
    public boolean matches(RawBsonDocument event) {
        if (!inProcess()) {
            throw new UnsupportedOperationException("only the server can answer this filter: " + findings.reasons());
        }
        try {
            return root.matches(RawBytes.array(event), RawBytes.offset(event));
        } catch (EvaluationFailed failed) {
            throw new MatchFailedException(failed.code(), failed.reason() + " (in " + this + ")");
        }
    }

    /** Why {@link #inProcess()} is false; empty if it is true. */
    public List<String> whyNotInProcess() {
        return List.copyOf(findings.reasons());
    }

    /**
     * Whether {@link #matches} may throw {@link MatchFailedException}, as the server's stream may end with an error.
     */
    public boolean canFail() {
        return findings.mayFail();
    }

    /**
     * Whether this filter may become part of a shared stream: it cannot fail there, and no server is known to refuse or
     * misread it.
     */
    public boolean pushable() {
        return !findings.mayFail() && !findings.refusedByStreams();
    }

    /**
     * Whether some server is known to refuse a stream, or to misread the filter, where it asks the filter of its oplog.
     */
    public boolean refusedByStreams() {
        return findings.refusedByStreams();
    }

    /** An equivalent filter that is known to open a change stream where {@link #filter} itself may be refused. */
    public BsonDocument streamFilter() {
        return Rewrite.forStream(filter);
    }

    /**
     * Whether the filter may read a field of the event.
     *
     * @param field a top-level field such as {@code fullDocument}
     */
    public boolean reads(String field) {
        return findings.wholeEvent() || findings.fields().contains(field);
    }

    /** The top-level fields that the filter names. It may read others where {@link #reads} says so. */
    public Set<String> fields() {
        return Collections.unmodifiableSet(findings.fields());
    }

    /**
     * A weaker filter: it matches each event that this one matches, or would match with another value of that field,
     * does not read the field, is answered in process and cannot fail. In the extreme it matches everything.
     */
    public Match without(String field) {
        BsonDocument weaker = Rewrite.without(field, filter);
        return parse(FilterBounds.isTooDeep(weaker) ? new BsonDocument() : weaker);
    }

    /**
     * Conditions that all hold for each event that this filter matches; few or none if it has no equalities to speak
     * of.
     */
    public List<Equality> equalities() {
        return Equalities.of(root);
    }

    /** What an event that this filter matches has at single paths, as far as that follows from the filter. */
    public Map<String, PathValues> implied() {
        Map<String, PathValues> known = implied;
        if (known == null) {
            known = Collections.unmodifiableMap(ImpliedValues.of(filter));
            implied = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return filter.toJson();
    }
}
