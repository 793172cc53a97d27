package dev.onchange.engine.dispatch;

import dev.onchange.engine.match.EventKeys;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bson.RawBsonDocument;

/** Finds the routes whose filters want one of the values at a path, by reading that path of an event once. */
final class PathIndex {

    private final EventKeys keys;
    private final KeyTable table;

    /** @param routes by the key of each value that they want at the path */
    PathIndex(String path, Map<Long, List<HandlerRoute>> routes) {
        this.keys = new EventKeys(path);
        this.table = new KeyTable(routes);
    }

    /** Gives the routes that may match; a route more than once if the event has several of its values. */
    void forEachCandidate(RawBsonDocument event, Consumer<HandlerRoute> action) {
        int count = keys.read(event);
        for (int i = 0; i < count; i++) {
            for (HandlerRoute route : table.get(keys.get(i))) {
                action.accept(route);
            }
        }
    }
}
