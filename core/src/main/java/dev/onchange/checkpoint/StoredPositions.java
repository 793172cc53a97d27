package dev.onchange.checkpoint;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Which document holds the position of which handler, as one instance of the store last read or wrote it.
 *
 * @param places the document that holds each known handler's position
 * @param shared the positions in the documents that several handlers follow and that this instance alone writes
 */
record StoredPositions(Map<String, Place> places, Map<ObjectId, Position> shared) {

    StoredPositions {
        places = Map.copyOf(places);
        shared = Map.copyOf(shared);
    }

    static StoredPositions empty() {
        return new StoredPositions(Map.of(), Map.of());
    }

    /** Where the position of one handler is kept. */
    sealed interface Place {

        /** In the handler's own document; null if it has none yet. */
        record Own(@Nullable Position position) implements Place {}

        /** In a document that several handlers share. */
        record Follows(ObjectId shared) implements Place {}
    }

    /** The handler's position; null if it has none or is not known. */
    @Nullable
    Position position(String handlerId) {
        Place place = places.get(handlerId);
        if (place instanceof Place.Follows follows) {
            return shared.get(follows.shared());
        }
        return place instanceof Place.Own own ? own.position() : null;
    }

    /** The shared document that the handler follows; null if none. */
    @Nullable
    ObjectId followed(String handlerId) {
        return places.get(handlerId) instanceof Place.Follows follows ? follows.shared() : null;
    }

    /** These, as if nothing were known of some handlers. */
    StoredPositions without(Collection<String> handlers) {
        Map<String, Place> known = new HashMap<>(places);
        known.keySet().removeAll(handlers);
        return new StoredPositions(known, shared);
    }

    /** These, with the places of some handlers added or replaced. */
    StoredPositions with(Map<String, ? extends Place> changed) {
        Map<String, Place> all = new HashMap<>(places);
        all.putAll(changed);
        return new StoredPositions(all, shared);
    }
}
