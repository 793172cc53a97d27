package dev.onchange.engine.snapshot;

import dev.onchange.engine.bson.DocumentId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The form in which the progress of a handler's snapshot is kept with its position. */
public final class ProgressBson {

    private static final String BEGUN = "collections";

    private ProgressBson() {}

    /** The document of what is left to do, or was done and could come again. */
    public static BsonDocument write(HandlerProgress progress) {
        BsonArray begun = new BsonArray();
        Map<BsonDocument, BsonArray> waiting = new LinkedHashMap<>();
        for (CollectionProgress each : progress.collections()) {
            if (each.untouched()) {
                waiting.computeIfAbsent(common(each), any -> new BsonArray()).add(identity(each));
            } else {
                begun.add(write(each));
            }
        }
        BsonDocument document = new BsonDocument(BEGUN, begun);
        if (!waiting.isEmpty()) {
            BsonArray groups = new BsonArray();
            waiting.forEach((common, collections) -> groups.add(common.clone().append(BEGUN, collections)));
            document.append("waiting", groups);
        }
        if (!progress.filters().isEmpty()) {
            document.append(
                    "filters",
                    new BsonArray(
                            progress.filters().stream().map(BsonString::new).toList()));
        }
        if (progress.since() != null) {
            document.append("since", progress.since());
        }
        return progress.told() ? document.append("told", BsonBoolean.TRUE) : document;
    }

    /** What collections have in common of which nothing was read: there may be thousands. */
    private static BsonDocument common(CollectionProgress progress) {
        KnownDocuments<DocumentId> known = progress.progress().known();
        return new BsonDocument("db", new BsonString(progress.collection().database()))
                .append("listening", BsonBoolean.valueOf(known.listening()))
                .append("given", BsonBoolean.valueOf(known.all()));
    }

    private static BsonDocument identity(CollectionProgress progress) {
        SnapshotCollection collection = progress.collection();
        BsonDocument document = new BsonDocument("coll", new BsonString(collection.name()));
        if (collection.uuid() != null) {
            document.append("uuid", new BsonBinary(collection.uuid()));
        }
        return document.append("estimated", new BsonInt64(progress.estimated()));
    }

    private static BsonDocument write(CollectionProgress progress) {
        BsonDocument document = common(progress);
        document.putAll(identity(progress));
        DocumentId upTo = progress.progress().known().upTo();
        if (upTo != null) {
            document.append("givenUpTo", upTo.stored());
        }
        return document.append(
                        "read",
                        new BsonArray(progress.progress().segments().stream()
                                .map(ProgressBson::write)
                                .toList()))
                .append("settled", new BsonInt64(progress.settled()));
    }

    private static BsonDocument write(ReadSegment<DocumentId> segment) {
        BsonDocument document = new BsonDocument("at", segment.time());
        DocumentId to = segment.to();
        return to == null ? document : document.append("upTo", to.stored());
    }

    /** The progress in a document that {@link #write} gave. */
    public static HandlerProgress read(BsonDocument document) {
        List<CollectionProgress> collections = new ArrayList<>();
        document.getArray(BEGUN).forEach(each -> collections.add(collection(each.asDocument())));
        for (BsonValue each : document.getArray("waiting", new BsonArray())) {
            BsonDocument common = each.asDocument();
            for (BsonValue own : common.getArray(BEGUN)) {
                BsonDocument one = own.asDocument().clone();
                common.forEach(one::putIfAbsent);
                collections.add(collection(one));
            }
        }
        return new HandlerProgress(
                collections,
                document.getArray("filters", new BsonArray()).stream()
                        .map(filter -> filter.asString().getValue())
                        .toList(),
                document.get("since") instanceof BsonTimestamp since ? since : null,
                document.getBoolean("told", BsonBoolean.FALSE).getValue());
    }

    /**
     * The document of a snapshot of all that those have to do, from its begin, for a handler that has been listening: no
     * change is left out, as some of them may have been given the documents already. Of different filters none is kept.
     */
    public static BsonDocument anew(List<BsonDocument> documents) {
        List<HandlerProgress> all = documents.stream().map(ProgressBson::read).toList();
        Map<SnapshotCollection, Long> estimates = new LinkedHashMap<>();
        all.stream()
                .flatMap(progress -> progress.collections().stream())
                .filter(each -> !each.progress().ended())
                .forEach(each -> estimates.merge(each.collection(), each.estimated(), Math::max));
        List<CollectionProgress> begins = new ArrayList<>();
        estimates.forEach((collection, estimated) -> begins.add(new CollectionProgress(
                collection, SnapshotProgress.begin(KnownDocuments.<DocumentId>ofListening()), 0, estimated)));
        Set<List<String>> filters = all.stream().map(HandlerProgress::filters).collect(Collectors.toSet());
        List<BsonTimestamp> since = all.stream()
                .map(HandlerProgress::since)
                .filter(Objects::nonNull)
                .toList();
        return write(new HandlerProgress(
                begins,
                filters.size() == 1 ? filters.iterator().next() : List.of(),
                since.size() < all.size() ? null : Collections.min(since)));
    }

    private static CollectionProgress collection(BsonDocument document) {
        UUID uuid = document.get("uuid") instanceof BsonBinary binary ? binary.asUuid() : null;
        List<ReadSegment<DocumentId>> segments = new ArrayList<>();
        for (BsonValue value : document.getArray("read", new BsonArray())) {
            BsonDocument segment = value.asDocument();
            segments.add(new ReadSegment<>(id(segment.get("upTo")), segment.getTimestamp("at")));
        }
        KnownDocuments<DocumentId> known = new KnownDocuments<>(
                document.getBoolean("listening").getValue(),
                document.getBoolean("given").getValue(),
                id(document.get("givenUpTo")));
        return new CollectionProgress(
                new SnapshotCollection(
                        document.getString("db").getValue(),
                        document.getString("coll").getValue(),
                        uuid),
                new SnapshotProgress<>(segments, known),
                document.getInt64("settled", new BsonInt64(0)).getValue(),
                document.getInt64("estimated").getValue());
    }

    private static @Nullable DocumentId id(@Nullable BsonValue value) {
        return value == null ? null : DocumentId.ofStored(value);
    }
}
