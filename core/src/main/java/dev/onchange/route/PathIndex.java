package dev.onchange.route;

import dev.onchange.engine.match.EventKeys;
import java.util.List;
import java.util.Map;
import org.bson.RawBsonDocument;

/** Finds by one look at one path of an event the routes whose filters want one of the values there. */
final class PathIndex {

    private final EventKeys keys;
    private final KeyTable table;

    /** @param routes those to be asked, by the key of a value that they want at the path */
    PathIndex(String path, Map<Long, List<Route>> routes) {
        this.keys = new EventKeys(path);
        this.table = new KeyTable(routes);
    }

    /** Asks those that may match; each of them once. */
    void ask(RawBsonDocument event, Question question) {
        int count = keys.read(event);
        for (int i = 0; i < count; i++) {
            for (Route route : table.get(keys.get(i))) {
                question.ask(route);
            }
        }
    }
}
