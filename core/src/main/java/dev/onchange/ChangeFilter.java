package dev.onchange;

import dev.onchange.engine.match.InvalidMatchException;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.match.MatchConditions;
import dev.onchange.engine.match.MatchFailedException;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * A filter as in {@link OnChange#match}, for those who want to try one: read by the same parser, with the same messages, and
 * answered as the listeners answer it. Immutable and safe for use by several threads.
 */
public final class ChangeFilter {

    private final Match match;
    private final MatchConditions conditions;

    private ChangeFilter(Match match) {
        this.match = match;
        this.conditions = MatchConditions.of(match);
    }

    /**
     * Parses a filter.
     *
     * @param json MQL over the change event, in extended JSON, relaxed as in the shell
     * @throws OnChangeException if it is not valid; says the line and column
     */
    public static ChangeFilter parse(String json) {
        try {
            return new ChangeFilter(Match.parse(json.isBlank() ? "{}" : json));
        } catch (InvalidMatchException invalid) {
            throw new OnChangeException(List.of(invalid.problem("match")), invalid);
        }
    }

    /** Whether the listeners answer it themselves; if not, the server does, see {@link #whyOnServer}. */
    public boolean inProcess() {
        return match.inProcess();
    }

    /** Why the listeners cannot answer it; empty if they can. */
    public List<String> whyOnServer() {
        return match.whyNotInProcess();
    }

    /** Whether it can fail on some events, as by a division by zero; a handler with it gets a stream of its own. */
    public boolean canFail() {
        return match.canFail();
    }

    /** Those of its conditions that only the server can answer, each as a filter of its own. */
    public List<BsonDocument> conditionsOnServer() {
        return conditions.onServer();
    }

    /**
     * Whether an event matches; false too if the filter fails on it.
     *
     * @throws UnsupportedOperationException if only the server can answer, see {@link #inProcess}
     */
    public boolean matches(BsonDocument event) {
        try {
            return match.matches(raw(event));
        } catch (MatchFailedException failed) {
            return false;
        }
    }

    /** Which of its conditions an event does not meet, of those that need no server. */
    public List<Unmet> unmet(BsonDocument event) {
        return conditions.unmet(raw(event)).stream()
                .map(unmet -> new Unmet(unmet.condition(), unmet.actual()))
                .toList();
    }

    private static RawBsonDocument raw(BsonDocument event) {
        return event instanceof RawBsonDocument raw ? raw : new RawBsonDocument(event, new BsonDocumentCodec());
    }

    /** The filter as the server takes it. */
    @Override
    public String toString() {
        return match.toString();
    }

    /**
     * A condition that an event does not meet.
     *
     * @param condition as a filter of its own
     * @param actual what the event has at each path that the condition names; a path that leads to nothing is left out
     */
    public record Unmet(BsonDocument condition, BsonDocument actual) {}
}
