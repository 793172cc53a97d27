package dev.onchange.engine.plan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.engine.scan.DocumentOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Lets handlers that want no attached documents join a stream that attaches them for others: they do not see them, and
 * the server reads its oplog once less. Only where those others watch the same events, so that no document is
 * attached in vain.
 */
final class StreamMerger {

    private StreamMerger() {}

    static List<StreamGroup> join(List<StreamGroup> groups) {
        List<StreamGroup> joined = new ArrayList<>(groups);
        for (StreamGroup guest : groups) {
            for (StreamGroup host : List.copyOf(joined)) {
                if (joined.contains(guest) && mayHost(host, guest)) {
                    if (guest.members().stream().allMatch(member -> mayJoin(host, member))) {
                        joined.remove(guest);
                        joined.set(joined.indexOf(host), merged(host, guest));
                    } else {
                        joined.set(joined.indexOf(guest), refused(host, guest));
                        break;
                    }
                }
            }
        }
        return joined;
    }

    @SuppressWarnings("ReferenceEquality") // the group itself
    private static boolean mayHost(StreamGroup host, StreamGroup guest) {
        return host != guest
                && attachesMore(host.documents(), guest.documents())
                && (guest.pinned()
                        ? host.scope().equals(guest.scope())
                        : ScopeCover.covers(host.scope(), guest.scope()));
    }

    private static boolean attachesMore(DocumentOptions host, DocumentOptions guest) {
        boolean full = host.fullDocument() == guest.fullDocument() || guest.fullDocument() == FullDocument.DEFAULT;
        boolean before = host.fullDocumentBeforeChange() == guest.fullDocumentBeforeChange()
                || guest.fullDocumentBeforeChange() == FullDocumentBeforeChange.DEFAULT;
        return full && before && host.expandedEvents() == guest.expandedEvents() && !host.equals(guest);
    }

    private static boolean mayJoin(StreamGroup host, ParsedHandler guest) {
        return host.members().stream()
                        .anyMatch(member -> ScopeCover.covers(
                                member.spec().watched(), guest.spec().watched()))
                && !readsWhatIsHidden(host, guest)
                && !wantsAnotherDocument(host, guest);
    }

    /** An event has one {@code fullDocument}: where the stream brings it, none can be looked up. */
    private static boolean wantsAnotherDocument(StreamGroup host, ParsedHandler guest) {
        return host.documents().fullDocument() != FullDocument.DEFAULT
                && guest.planned().needsLookUp(host.documents());
    }

    private static boolean readsWhatIsHidden(StreamGroup host, ParsedHandler guest) {
        PlannedHandler handler = guest.planned();
        return guest.match() != null
                && ((handler.hidesFullDocument(host.documents())
                                && guest.match().reads("fullDocument"))
                        || (handler.hidesFullDocumentBeforeChange(host.documents())
                                && guest.match().reads("fullDocumentBeforeChange")));
    }

    private static StreamGroup merged(StreamGroup host, StreamGroup guest) {
        return new StreamGroup(
                host.scope(),
                host.documents(),
                Stream.concat(host.members().stream(), guest.members().stream()).toList(),
                host.pinned() || guest.pinned(),
                host.reason() + " Handlers that want no attached documents join it and do not see them.");
    }

    private static StreamGroup refused(StreamGroup host, StreamGroup guest) {
        String why = guest.members().stream()
                .filter(member -> readsWhatIsHidden(host, member))
                .findFirst()
                .map(member -> "the filter of " + member.spec().id()
                        + " reads the document and would be answered differently there.")
                .or(() -> guest.members().stream()
                        .filter(member -> wantsAnotherDocument(host, member))
                        .findFirst()
                        .map(member -> member.spec().id() + " wants another document than that one attaches."))
                .orElse("that one attaches documents to events, and these handlers watch more than it does.");
        return new StreamGroup(
                guest.scope(),
                guest.documents(),
                guest.members(),
                guest.pinned(),
                guest.reason() + " It does not join the stream on " + host.scope() + " with other options: " + why);
    }
}
