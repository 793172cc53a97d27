package dev.onchange.engine.plan;

import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.WatchedScope;
import java.util.Comparator;
import java.util.List;

/**
 * Handlers that will share one stream.
 *
 * @param scope the collection, database or deployment that the stream watches
 * @param documents the options of the stream
 * @param members sorted by id
 * @param pinned whether the members would get something else from a wider stream
 * @param reason why it is a stream of its own
 */
record StreamGroup(
        WatchedScope scope, DocumentOptions documents, List<ParsedHandler> members, boolean pinned, String reason) {

    StreamGroup(WatchedScope scope, DocumentOptions documents, List<ParsedHandler> members, String reason) {
        this(scope, documents, members, false, reason);
    }

    StreamGroup {
        members = members.stream()
                .sorted(Comparator.comparing(member -> member.spec().id()))
                .toList();
    }

    /** Whether the server answers for the members, so that each event is for all of them. */
    boolean answeredByServer() {
        return members.get(0).answeredByServer();
    }
}
