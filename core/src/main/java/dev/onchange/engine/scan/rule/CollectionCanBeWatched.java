package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;

/** The collection can exist, and the server opens change streams on it. */
final class CollectionCanBeWatched implements Rule {

    /** Seen on a server 6.0: error 73, "may not be opened on the internal shop.system.views collection". */
    private static final String INTERNAL = "system.";

    @Override
    public List<Problem> check(Declaration declaration) {
        String collection = declaration.attributes().collection();
        if (collection.isEmpty() || Declaration.isOpen(collection)) {
            return List.of();
        }
        if (collection.startsWith(INTERNAL)) {
            return List.of(declaration.problem("collection", Message.SYSTEM_COLLECTION, collection));
        }
        String database = declaration.attributes().database();
        return Names.faultOfCollection(Declaration.isOpen(database) ? "" : database, collection)
                .map(fault -> declaration.problem("collection", Message.INVALID_NAME, "collection", collection, fault))
                .map(List::of)
                .orElse(List.of());
    }
}
