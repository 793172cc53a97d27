package dev.onchange.console;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;

/**
 * Shows of an event what may be shown: with {@link PayloadView#MASKED} of its documents the names of fields and the types of
 * values, and never what is at a redacted path.
 */
final class PayloadMask {

    private static final String KEY = "documentKey";

    private static final String FULL_DOCUMENT = "fullDocument.";

    /** Say where, when and what kind of change it is, not what is in the document. */
    private static final Set<String> NOT_OF_THE_DOCUMENT = Set.of(
            "_id",
            "operationType",
            "clusterTime",
            "wallTime",
            "ns",
            "nsType",
            "to",
            KEY,
            "collectionUUID",
            "lsid",
            "txnNumber",
            "splitEvent");

    private static final Set<String> DOCUMENTS = Set.of("fullDocument", "fullDocumentBeforeChange");

    private static final BsonString REDACTED = new BsonString("<redacted>");

    private static final String UPDATED = "updateDescription.updatedFields";

    private static final Map<BsonType, String> ALIASES = Map.ofEntries(
            Map.entry(BsonType.DOUBLE, "double"),
            Map.entry(BsonType.STRING, "string"),
            Map.entry(BsonType.DOCUMENT, "object"),
            Map.entry(BsonType.ARRAY, "array"),
            Map.entry(BsonType.BINARY, "binData"),
            Map.entry(BsonType.OBJECT_ID, "objectId"),
            Map.entry(BsonType.BOOLEAN, "bool"),
            Map.entry(BsonType.DATE_TIME, "date"),
            Map.entry(BsonType.NULL, "null"),
            Map.entry(BsonType.REGULAR_EXPRESSION, "regex"),
            Map.entry(BsonType.INT32, "int"),
            Map.entry(BsonType.TIMESTAMP, "timestamp"),
            Map.entry(BsonType.INT64, "long"),
            Map.entry(BsonType.DECIMAL128, "decimal"));

    /** Of longer arrays the rest is counted. */
    private static final int MOST_ELEMENTS = 50;

    /** Longer texts are cut: nobody reads them, and a change may have 16 MB. */
    private static final int LONGEST_TEXT = 10_000;

    private final boolean masked;
    private final List<String> redacted;

    PayloadMask(PayloadView view, List<String> redacted) {
        this.masked = view == PayloadView.MASKED;
        this.redacted = redacted;
    }

    /** Whether values of documents are not shown. */
    boolean hidesValues() {
        return masked;
    }

    /** A change event. */
    BsonDocument event(BsonDocument event) {
        boolean keyIsOpen = !(event.get(KEY) instanceof BsonDocument of) || key(of).equals(of);
        BsonDocument shown = new BsonDocument();
        event.forEach((name, value) -> shown.append(
                name,
                name.equals("_id") && !keyIsOpen ? REDACTED : shown(name, value, NOT_OF_THE_DOCUMENT.contains(name))));
        return shown;
    }

    /** The key of a document, as events or letters have it. */
    BsonDocument key(BsonDocument key) {
        if (redacted.isEmpty()) {
            return key;
        }
        BsonDocument shown = new BsonDocument();
        key.forEach((name, value) -> shown.append(
                name,
                switch (name) {
                    case "db", "coll" -> value;
                    case "key" -> shown(KEY, value, true);
                    default -> shown(KEY + "." + name, value, true);
                }));
        return shown;
    }

    /** What a message says, without what is redacted of the tokens, keys and documents that it quotes. */
    String text(String message) {
        if (redacted.isEmpty()) {
            return message;
        }
        String text = hidesIds() ? RedactedText.withoutTokens(message) : message;
        return RedactedText.of(text, quoted -> quoted("", quoted).asDocument(), this::namesRedacted);
    }

    private boolean namesRedacted(String text) {
        return redacted.stream().anyMatch(path -> text.contains(path.substring(path.lastIndexOf('.') + 1)));
    }

    /** A message does not say of what it quotes a part: what is redacted at the end of a path is so at the end of a longer one. */
    private BsonValue quoted(String path, BsonValue value) {
        if (value instanceof BsonDocument document) {
            BsonDocument shown = new BsonDocument();
            document.forEach((name, each) -> {
                String inner = path + "." + name;
                shown.append(name, endsRedacted(inner.substring(1)) ? REDACTED : quoted(inner, each));
            });
            return shown;
        }
        return value instanceof BsonArray array
                ? new BsonArray(
                        array.stream().map(element -> quoted(path, element)).toList())
                : value.isString() ? new BsonString(text(value.asString().getValue())) : value;
    }

    private boolean endsRedacted(String path) {
        for (String end = path; !end.isEmpty(); end = end.substring(end.indexOf('.') + 1)) {
            if (isRedacted(end) || isRedacted(FULL_DOCUMENT + end) || isRedacted(KEY + "." + end)) {
                return true;
            }
            if (end.indexOf('.') < 0) {
                return false;
            }
        }
        return false;
    }

    /** Whether ids of documents are not shown, and so no resume tokens either, which have them within. */
    boolean hidesIds() {
        return isRedacted(KEY + "._id");
    }

    /** The event without what is redacted: a filter that is tried on it cannot find out what that is. */
    BsonDocument withoutRedacted(BsonDocument event) {
        return redacted.isEmpty() ? event : withoutRedacted("", event);
    }

    private BsonDocument withoutRedacted(String prefix, BsonDocument document) {
        BsonDocument kept = new BsonDocument();
        document.forEach((name, value) -> {
            if (!isRedacted(prefix + name)) {
                kept.append(name, withoutRedacted(prefix + name, value));
            }
        });
        return kept;
    }

    private BsonValue withoutRedacted(String path, BsonValue value) {
        if (value instanceof BsonDocument document) {
            return withoutRedacted(path + ".", document);
        }
        return value instanceof BsonArray array
                ? new BsonArray(array.stream()
                        .map(element -> withoutRedacted(path, element))
                        .toList())
                : value;
    }

    /** What an event has at dotted paths. */
    BsonDocument values(BsonDocument byPath) {
        BsonDocument shown = new BsonDocument();
        byPath.forEach((path, value) -> {
            String first = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
            shown.append(path, shown(path, value, NOT_OF_THE_DOCUMENT.contains(first)));
        });
        return shown;
    }

    private BsonValue shown(String path, BsonValue value, boolean open) {
        if (isRedacted(path)) {
            return REDACTED;
        }
        if (value instanceof BsonDocument document) {
            BsonDocument shown = new BsonDocument();
            document.forEach((name, each) ->
                    shown.append(name, shown(path + "." + name, each, open || isName(path, name))));
            return shown;
        }
        if (value instanceof BsonArray array) {
            return elements(path, array, open);
        }
        return masked && !open ? new BsonString("<" + typeOf(value) + ">") : cut(value);
    }

    /** Names of fields that an update removed are no values. */
    private static boolean isName(String path, String name) {
        return path.equals("updateDescription") && !name.equals("updatedFields");
    }

    private BsonArray elements(String path, BsonArray array, boolean open) {
        BsonArray shown = new BsonArray();
        array.stream().limit(MOST_ELEMENTS).forEach(element -> shown.add(shown(path, element, open)));
        if (array.size() > MOST_ELEMENTS) {
            shown.add(new BsonString("<" + (array.size() - MOST_ELEMENTS) + " more>"));
        }
        return shown;
    }

    private static BsonValue cut(BsonValue value) {
        if (value.isString() && value.asString().getValue().length() > LONGEST_TEXT) {
            String text = value.asString().getValue();
            return new BsonString(text.substring(0, LONGEST_TEXT) + "<" + (text.length() - LONGEST_TEXT) + " more>");
        }
        if (value.isBinary() && value.asBinary().getData().length > LONGEST_TEXT) {
            return new BsonString("<binData of " + value.asBinary().getData().length + " bytes>");
        }
        return value;
    }

    private static String typeOf(BsonValue value) {
        return ALIASES.getOrDefault(value.getBsonType(), "other");
    }

    private boolean isRedacted(String path) {
        return !redacted.isEmpty() && redacted.stream().anyMatch(hidden -> hides(hidden, path));
    }

    /** Paths within documents hold for each place where an event has the document, or a part of it. */
    private static boolean hides(String hidden, String path) {
        if (isWithin(hidden, path)) {
            return true;
        }
        for (String document : DOCUMENTS) {
            if (path.startsWith(document + ".") && isWithin(hidden, path.substring(document.length() + 1))) {
                return true;
            }
        }
        return path.startsWith(UPDATED + ".")
                        && isWithin(withoutIndexes(hidden), withoutIndexes(path.substring(UPDATED.length() + 1)))
                || path.startsWith(KEY + ".") && isWithin(hidden, path.substring(KEY.length() + 1));
    }

    private static boolean isWithin(String hidden, String path) {
        return path.equals(hidden) || path.startsWith(hidden + ".");
    }

    /** Updates name elements of arrays by their index. */
    private static String withoutIndexes(String path) {
        return path.replaceAll("\\.\\d+(?=\\.|$)", "");
    }
}
