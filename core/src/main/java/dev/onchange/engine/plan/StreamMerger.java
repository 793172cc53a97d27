package dev.onchange.engine.plan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.engine.scan.DocumentOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Merges a stream without attached documents into one that attaches them for its own handlers: the handlers that join
 * do not see these documents, and the server reads its oplog once less. Only where both streams watch the same events,
 * so that no document is attached in vain.
 */
final class StreamMerger {

    private StreamMerger() {}

    static List<StreamGroup> join(List<StreamGroup> groups) {
        List<StreamGroup> joined = new ArrayList<>(groups);
        if (groups.size() < 2) {
            return joined;
        }
        for (StreamGroup joining : groups) {
            for (StreamGroup target : List.copyOf(joined)) {
                if (joined.contains(joining) && mayBeJoined(target, joining)) {
                    if (joining.members().stream().allMatch(member -> mayJoin(target, member))) {
                        joined.remove(joining);
                        joined.set(joined.indexOf(target), merged(target, joining));
                    } else {
                        joined.set(joined.indexOf(joining), refused(target, joining));
                        break;
                    }
                }
            }
        }
        return joined;
    }

    @SuppressWarnings("ReferenceEquality") // the group itself
    private static boolean mayBeJoined(StreamGroup target, StreamGroup joining) {
        return target != joining
                && attachesMore(target.documents(), joining.documents())
                && (joining.pinned()
                        ? target.scope().equals(joining.scope())
                        : ScopeCover.covers(target.scope(), joining.scope()));
    }

    private static boolean attachesMore(DocumentOptions target, DocumentOptions joining) {
        boolean full =
                target.fullDocument() == joining.fullDocument() || joining.fullDocument() == FullDocument.DEFAULT;
        boolean before = target.fullDocumentBeforeChange() == joining.fullDocumentBeforeChange()
                || joining.fullDocumentBeforeChange() == FullDocumentBeforeChange.DEFAULT;
        return full && before && target.expandedEvents() == joining.expandedEvents() && !target.equals(joining);
    }

    private static boolean mayJoin(StreamGroup target, ParsedHandler joining) {
        return target.members().stream()
                        .anyMatch(member -> ScopeCover.covers(
                                member.spec().watched(), joining.spec().watched()))
                && !readsWhatIsHidden(target, joining)
                && !wantsAnotherDocument(target, joining);
    }

    /** An event has one {@code fullDocument}: where the stream brings it, none can be looked up. */
    private static boolean wantsAnotherDocument(StreamGroup target, ParsedHandler joining) {
        return target.documents().fullDocument() != FullDocument.DEFAULT
                && joining.planned().needsLookUp(target.documents());
    }

    private static boolean readsWhatIsHidden(StreamGroup target, ParsedHandler joining) {
        PlannedHandler handler = joining.planned();
        return joining.match() != null
                && ((handler.hidesFullDocument(target.documents())
                                && joining.match().reads("fullDocument"))
                        || (handler.hidesFullDocumentBeforeChange(target.documents())
                                && joining.match().reads("fullDocumentBeforeChange")));
    }

    private static StreamGroup merged(StreamGroup target, StreamGroup joining) {
        return new StreamGroup(
                target.scope(),
                target.documents(),
                Stream.concat(target.members().stream(), joining.members().stream())
                        .toList(),
                target.pinned() || joining.pinned(),
                target.reason() + " Handlers that want no attached documents join it and do not see them.");
    }

    private static StreamGroup refused(StreamGroup target, StreamGroup joining) {
        String why = joining.members().stream()
                .filter(member -> readsWhatIsHidden(target, member))
                .findFirst()
                .map(member -> "the filter of " + member.spec().id()
                        + " reads the document and would be answered differently there.")
                .or(() -> joining.members().stream()
                        .filter(member -> wantsAnotherDocument(target, member))
                        .findFirst()
                        .map(member -> member.spec().id() + " wants another document than that one attaches."))
                .orElse("that one attaches documents to events, and these handlers watch more than it does.");
        return new StreamGroup(
                joining.scope(),
                joining.documents(),
                joining.members(),
                joining.pinned(),
                joining.reason() + " It does not join the stream on " + target.scope() + " with other options: " + why);
    }
}
