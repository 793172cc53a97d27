package dev.onchange.checkpoint;

import dev.onchange.checkpoint.StoredPositions.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The fewest writes that change stored positions to wanted ones: handlers that advance together follow one shared document,
 * the only one that is written; the position of a handler that falls behind is written into its own document first.
 *
 * @param own positions to write into the handlers' own documents, which then follow nothing
 * @param shared positions to write into shared documents, new ones included
 * @param attached the shared documents that handlers follow from now on
 * @param emptied shared documents that no handler follows any more
 * @param result the stored positions after these writes
 */
record SharedPositions(
        Map<String, Position> own,
        Map<ObjectId, Position> shared,
        Map<String, ObjectId> attached,
        Set<ObjectId> emptied,
        StoredPositions result) {

    /** Fewer handlers than this keep their positions apart: sharing would cost more writes than it saves. */
    static final int WORTH_SHARING = 8;

    boolean isEmpty() {
        return own.isEmpty() && shared.isEmpty() && attached.isEmpty();
    }

    /**
     * @param storedPositions of all handlers concerned
     * @param wanted positions; those that are not later than the stored ones are left out
     * @param newIds gives the ids of new shared documents
     */
    static SharedPositions of(
            StoredPositions storedPositions, Map<String, Position> wanted, Supplier<ObjectId> newIds) {
        return new Calculation(storedPositions, wanted).calculate(newIds);
    }

    private static final class Calculation {

        private final StoredPositions storedPositions;
        private final Map<String, Position> moved = new HashMap<>();
        private final Map<String, Position> own = new LinkedHashMap<>();
        private final Map<ObjectId, Position> shared = new HashMap<>();
        private final Map<String, ObjectId> attached = new LinkedHashMap<>();

        Calculation(StoredPositions storedPositions, Map<String, Position> wanted) {
            this.storedPositions = storedPositions;
            for (Map.Entry<String, Position> each : wanted.entrySet()) {
                Position present = storedPositions.position(each.getKey());
                if (present == null || each.getValue().replaces(present)) {
                    moved.put(each.getKey(), each.getValue());
                }
            }
        }

        SharedPositions calculate(Supplier<ObjectId> newIds) {
            advanceSharedToMostWanted();
            Map<Position, ObjectId> documents = oneDocumentPerPosition();
            Map<Position, List<String>> apart = new LinkedHashMap<>();
            for (Map.Entry<String, Place> entry : storedPositions.places().entrySet()) {
                place(entry.getKey(), entry.getValue(), documents, apart);
            }
            for (Map.Entry<Position, List<String>> each : apart.entrySet()) {
                share(each.getKey(), each.getValue(), newIds);
            }
            return result();
        }

        private void advanceSharedToMostWanted() {
            Map<ObjectId, Map<Position, Integer>> votes = new HashMap<>();
            for (Map.Entry<String, Place> each : storedPositions.places().entrySet()) {
                Position wanted = target(each.getKey());
                if (each.getValue() instanceof Place.Follows follows && wanted != null && wanted.snapshot() == null) {
                    votes.computeIfAbsent(follows.shared(), any -> new HashMap<>())
                            .merge(wanted, 1, Integer::sum);
                }
            }
            for (Map.Entry<ObjectId, Map<Position, Integer>> each : votes.entrySet()) {
                shared.put(each.getKey(), mostWanted(each.getValue()));
            }
        }

        private static Position mostWanted(Map<Position, Integer> votes) {
            return votes.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey();
        }

        /** Of shared documents with one position, the oldest is kept. */
        private Map<Position, ObjectId> oneDocumentPerPosition() {
            Map<Position, ObjectId> documents = new HashMap<>();
            for (Map.Entry<ObjectId, Position> each : new TreeMap<>(shared).entrySet()) {
                documents.putIfAbsent(each.getValue(), each.getKey());
            }
            return documents;
        }

        private void place(
                String id, Place place, Map<Position, ObjectId> documents, Map<Position, List<String>> apart) {
            Position target = target(id);
            if (target == null) {
                return;
            }
            ObjectId document = documents.get(target);
            if (document != null) {
                if (!document.equals(storedPositions.followed(id))) {
                    attached.put(id, document);
                }
            } else if (moved.containsKey(id)) {
                apart.computeIfAbsent(target, any -> new ArrayList<>()).add(id);
            } else if (place instanceof Place.Follows) {
                own.put(id, target);
            }
        }

        private void share(Position position, List<String> handlers, Supplier<ObjectId> newIds) {
            if (handlers.size() < WORTH_SHARING || position.snapshot() != null) {
                for (String id : handlers) {
                    own.put(id, position);
                }
                return;
            }
            ObjectId document = newIds.get();
            shared.put(document, position);
            for (String id : handlers) {
                attached.put(id, document);
            }
        }

        private @Nullable Position target(String id) {
            Position wanted = moved.get(id);
            return wanted == null ? storedPositions.position(id) : wanted;
        }

        private SharedPositions result() {
            Map<String, Place> places = new HashMap<>(storedPositions.places());
            for (Map.Entry<String, Position> each : own.entrySet()) {
                places.put(each.getKey(), new Place.Own(each.getValue()));
            }
            for (Map.Entry<String, ObjectId> each : attached.entrySet()) {
                places.put(each.getKey(), new Place.Follows(each.getValue()));
            }
            Set<ObjectId> followed = new HashSet<>();
            for (Place place : places.values()) {
                if (place instanceof Place.Follows follows) {
                    followed.add(follows.shared());
                }
            }
            Set<ObjectId> emptied = new HashSet<>(storedPositions.shared().keySet());
            emptied.removeAll(followed);
            shared.keySet().retainAll(followed);
            Map<ObjectId, Position> written = new HashMap<>(shared);
            written.entrySet()
                    .removeIf(entry ->
                            entry.getValue().equals(storedPositions.shared().get(entry.getKey())));
            return new SharedPositions(own, written, attached, emptied, new StoredPositions(places, shared));
        }
    }
}
