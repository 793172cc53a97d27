package dev.onchange.engine.plan;

import dev.onchange.engine.scan.HandlerSpec;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The filters and pipelines of the last plan: the next one costs by what has changed. Keyed by their texts, so that no
 * class of an unregistered handler is kept. Safe for use by several threads.
 */
final class FilterCache {

    private volatile Map<Key, ParsedFilter> last = Map.of();

    private record Key(String match, List<String> pipeline) {

        static Key of(HandlerSpec handler) {
            return new Key(handler.match(), handler.pipeline());
        }

        // By hand, see D69.
        @Override
        public int hashCode() {
            return Objects.hash(match, pipeline);
        }
    }

    /** To be used for one plan. */
    Use use() {
        return new Use(last);
    }

    /** What one plan needs. */
    final class Use {

        private final Map<Key, ParsedFilter> before;
        private final Map<Key, ParsedFilter> used = new HashMap<>();

        private Use(Map<Key, ParsedFilter> before) {
            this.before = before;
        }

        /** Null if they were not parsed before. */
        @Nullable
        ParsedFilter find(HandlerSpec handler) {
            Key key = Key.of(handler);
            ParsedFilter found = used.get(key);
            if (found == null) {
                found = before.get(key);
                if (found != null) {
                    used.put(key, found);
                }
            }
            return found;
        }

        void add(HandlerSpec handler, ParsedFilter parsed) {
            used.put(Key.of(handler), parsed);
        }

        /** Keeps these and no others for the next plan. */
        void end() {
            last = Collections.unmodifiableMap(used);
        }
    }
}
