package dev.onchange.engine.dispatch;

import dev.onchange.engine.match.EventKeys;
import java.util.List;
import java.util.Map;
import org.bson.RawBsonDocument;

/** Finds by one look at one path of an event the routes whose filters want one of the values there. */
final class PathIndex {

    private final EventKeys keys;
    private final KeyTable table;

    /** @param routes those to be asked, by the key of a value that they want at the path */
    PathIndex(String path, Map<Long, List<HandlerRoute>> routes) {
        this.keys = new EventKeys(path);
        this.table = new KeyTable(routes);
    }

    /** Asks those that may match; each of them once. */
    void ask(RawBsonDocument event, RouteMatcher matcher) {
        int count = keys.read(event);
        for (int i = 0; i < count; i++) {
            for (HandlerRoute route : table.get(keys.get(i))) {
                matcher.ask(route);
            }
        }
    }
}
