package dev.onchange.engine.match.notice;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.engine.match.InvalidMatchException;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.match.MatchFailedException;
import dev.onchange.engine.scan.rule.Operations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/**
 * Whether a filter can match any event of an operation, as far as the operation and the handler's options say which of
 * the event's fields are there: conditions on these are evaluated, all others count as met.
 */
final class PossibleEvents {

    static final String OPERATION_TYPE = "operationType";
    static final String NAMESPACE = "ns";

    /** Known even where all collections of a database are watched. */
    private static final String DATABASE = "ns.db";

    static final String TO = "to";
    static final String FULL_DOCUMENT = "fullDocument";
    static final String BEFORE = "fullDocumentBeforeChange";
    static final String UPDATE_DESCRIPTION = "updateDescription";

    private static final Set<String> WITH_KEY = Set.of("insert", "update", "replace", "delete", Operations.SNAPSHOT);

    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

    /** A name that no filter has: one that reads it reads whole events. */
    private static final String ANY_FIELD = "\u0000";

    private final HandlerUse use;
    private final Condition filter;

    /** @param all the filter of the match, decoded */
    PossibleEvents(HandlerUse use, Match match, BsonDocument all) {
        this.use = use;
        boolean single = all.size() == 1 && !isLogical(all.getFirstKey());
        this.filter = single ? new Single(all.getFirstKey(), match) : all(all);
    }

    private static boolean isLogical(String key) {
        return key.equals("$and") || key.equals("$or");
    }

    /** Whether one may match. */
    boolean mayMatch(String operation) {
        return filter.mayHold(known(operation, determined(operation)));
    }

    /** Whether one might match if nothing were known of the field. */
    boolean mayMatchWithout(String field, String operation) {
        Set<String> others = determined(operation);
        others.removeIf(known -> known.equals(field) || known.startsWith(field + "."));
        return filter.mayHold(known(operation, others));
    }

    private Known known(String operation, Set<String> determined) {
        return new Known(() -> event(operation), determined);
    }

    private RawBsonDocument event(String operation) {
        BsonDocument event = new BsonDocument(OPERATION_TYPE, new BsonString(operation));
        if (!use.database().isEmpty()) {
            BsonDocument namespace = new BsonDocument("db", new BsonString(use.database()));
            if (isNamespaceKnown()) {
                namespace.append("coll", new BsonString(use.collection()));
            }
            event.append(NAMESPACE, namespace);
        }
        return new RawBsonDocument(event, CODEC);
    }

    private boolean isNamespaceKnown() {
        return !use.database().isEmpty() && !use.collection().isEmpty();
    }

    /** The fields of which the event has what all events of the operation have. */
    private Set<String> determined(String operation) {
        Set<String> fields = new HashSet<>(Set.of(OPERATION_TYPE));
        if (!use.database().isEmpty()) {
            fields.add(DATABASE);
        }
        if (isNamespaceKnown()) {
            fields.add(NAMESPACE);
        }
        if (!operation.equals("rename")) {
            fields.add(TO);
        }
        if (!hasDocument(operation)) {
            fields.add(FULL_DOCUMENT);
        }
        if (!hasDocumentBefore(operation)) {
            fields.add(BEFORE);
        }
        if (!operation.equals("update")) {
            fields.add(UPDATE_DESCRIPTION);
        }
        if (!WITH_KEY.contains(operation)) {
            fields.add("documentKey");
        }
        return fields;
    }

    private boolean hasDocument(String operation) {
        return switch (operation) {
            case "insert", "replace", Operations.SNAPSHOT -> true;
            case "update" -> use.fullDocument() != FullDocument.DEFAULT;
            default -> false;
        };
    }

    boolean hasDocumentBefore(String operation) {
        return asksForBefore() && List.of("update", "replace", "delete").contains(operation);
    }

    boolean asksForBefore() {
        return use.before() == FullDocumentBeforeChange.WHEN_AVAILABLE
                || use.before() == FullDocumentBeforeChange.REQUIRED;
    }

    private static Condition all(BsonDocument filter) {
        List<Condition> conditions = new ArrayList<>();
        filter.forEach((key, value) -> conditions.add(condition(key, value)));
        return known -> conditions.stream().allMatch(condition -> condition.mayHold(known));
    }

    private static Condition condition(String key, BsonValue value) {
        if (value.isArray() && isLogical(key)) {
            List<Condition> branches = value.asArray().stream()
                    .map(BsonValue::asDocument)
                    .map(PossibleEvents::all)
                    .toList();
            return key.equals("$and")
                    ? known -> branches.stream().allMatch(branch -> branch.mayHold(known))
                    : known -> branches.stream().anyMatch(branch -> branch.mayHold(known));
        }
        return new Unparsed(key, value);
    }

    /** The event's field in which a path begins; null for an operator. */
    private static @Nullable String field(String key) {
        int dot = key.indexOf('.');
        return key.startsWith("$") ? null : dot < 0 ? key : key.substring(0, dot);
    }

    /**
     * @param event is made if it is asked for
     * @param determined the fields, or paths, of which the event tells, there or not
     */
    private record Known(Supplier<RawBsonDocument> event, Set<String> determined) {

        boolean mayTell(String key) {
            String field = field(key);
            return field == null || determined.contains(field) || determined.contains(key);
        }
    }

    private interface Condition {

        boolean mayHold(Known known);
    }

    /** @param key the operator, or the path */
    private record Single(String key, Match match) implements Condition {

        @Override
        public boolean mayHold(Known known) {
            if (!known.mayTell(key)
                    || match.reads(ANY_FIELD)
                    || !match.inProcess()
                    || !(known.determined().contains(key) || known.determined().containsAll(match.fields()))) {
                return true;
            }
            try {
                return match.matches(known.event().get());
            } catch (MatchFailedException notKnown) {
                return true;
            }
        }
    }

    /** Most conditions are of fields of which nothing is known, and never parsed. Used by one thread. */
    private static final class Unparsed implements Condition {

        private final String key;
        private final BsonValue value;
        private @Nullable Condition parsed;

        Unparsed(String key, BsonValue value) {
            this.key = key;
            this.value = value;
        }

        @Override
        public boolean mayHold(Known known) {
            if (!known.mayTell(key)) {
                return true;
            }
            if (parsed == null) {
                parsed = parse();
            }
            return parsed.mayHold(known);
        }

        private Condition parse() {
            try {
                return new Single(key, Match.parse(new BsonDocument(key, value)));
            } catch (InvalidMatchException onlyValidAmongOthers) {
                return known -> true;
            }
        }
    }
}
