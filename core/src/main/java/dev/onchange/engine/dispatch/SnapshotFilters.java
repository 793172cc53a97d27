package dev.onchange.engine.dispatch;

import dev.onchange.engine.match.Match;
import dev.onchange.engine.snapshot.DocumentFilter;
import java.util.List;
import java.util.Objects;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Of which documents a snapshot is: of all that pass each of its filters.
 *
 * @param texts as they were declared or asked for
 */
record SnapshotFilters(List<String> texts, List<Match> matches) {

    static SnapshotFilters parse(List<String> texts) {
        return new SnapshotFilters(texts, texts.stream().map(Match::parse).toList());
    }

    /** What holds for all these documents at least; null if they may be any. */
    @Nullable
    BsonDocument ofDocuments() {
        return DocumentFilter.all(matches.stream()
                .map(match -> DocumentFilter.of(match.streamFilter()))
                .filter(Objects::nonNull)
                .toList());
    }

    /** Fails as the filters do. */
    boolean include(SnapshotDocument document) {
        for (Match match : matches) {
            if (!match.matches(document.raw().document())) {
                return false;
            }
        }
        return true;
    }
}
