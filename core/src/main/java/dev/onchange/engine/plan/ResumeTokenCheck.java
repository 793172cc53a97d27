package dev.onchange.engine.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Follows the event's {@code _id}, its resume token, through the stages of a pipeline. The server ends a stream with
 * error 280 at the first event whose {@code _id} is another or missing.
 *
 * <p>Only a loss that is certain is called one. What an expression makes of it can be seen only by letting the server
 * try, see {@code dev.onchange.engine.check}.
 */
final class ResumeTokenCheck {

    /** What is left of the token. */
    enum Token {
        /** All of it. */
        KEPT,
        /** Another value, or none, at least for some events. */
        LOST,
        /** The stage has to be tried. */
        UNKNOWN
    }

    private static final Set<String> WHOLE_EVENT = Set.of("$$ROOT", "$$CURRENT");

    private static final Set<String> TOKEN_PATHS = Set.of("$_id", "$$ROOT._id", "$$CURRENT._id");

    /** Fields of an event that never hold its token, unless a stage before has put it there. */
    private static final Set<String> OTHER_FIELDS = Set.of(
            "operationType",
            "clusterTime",
            "wallTime",
            "collectionUUID",
            "ns",
            "to",
            "documentKey",
            "fullDocument",
            "fullDocumentBeforeChange",
            "updateDescription",
            "operationDescription",
            "txnNumber",
            "lsid");

    private final Set<String> original = new HashSet<>(OTHER_FIELDS);

    /** What the next stage leaves. */
    Token after(String name, BsonValue argument) {
        Token token = switch (name) {
            case "$project" -> projected(argument);
            case "$addFields", "$set" -> set(argument);
            case "$unset" -> unset(argument);
            case "$replaceRoot" ->
                argument.isDocument() && argument.asDocument().containsKey("newRoot")
                        ? asRoot(argument.asDocument().get("newRoot", argument))
                        : Token.UNKNOWN;
            case "$replaceWith" -> asRoot(argument);
            default -> Token.UNKNOWN;
        };
        // from here on, any field may hold anything
        if (!name.equals("$unset")) {
            original.clear();
        }
        return token;
    }

    private Token projected(BsonValue argument) {
        BsonValue id = argument.isDocument() ? argument.asDocument().get("_id") : null;
        if (id == null) {
            return Token.KEPT;
        }
        boolean number = id.isNumber() || id.isDecimal128() || id.isBoolean();
        return number ? included(id) : asId(id);
    }

    private static Token included(BsonValue id) {
        boolean kept = id.isBoolean()
                ? id.asBoolean().getValue()
                : id.isDecimal128()
                        ? id.asDecimal128().getValue().bigDecimalValue().signum() != 0
                        : id.asNumber().doubleValue() != 0;
        return kept ? Token.KEPT : Token.LOST;
    }

    private Token set(BsonValue argument) {
        if (!argument.isDocument()) {
            return Token.UNKNOWN;
        }
        BsonDocument fields = argument.asDocument();
        if (fields.keySet().stream().anyMatch(field -> field.startsWith("_id."))) {
            return Token.LOST;
        }
        BsonValue id = fields.get("_id");
        return id == null ? Token.KEPT : asId(id);
    }

    private static Token unset(BsonValue argument) {
        List<BsonValue> names = argument.isArray() ? argument.asArray().getValues() : List.of(argument);
        return names.contains(new BsonString("_id")) || names.contains(new BsonString("_id._data"))
                ? Token.LOST
                : Token.KEPT;
    }

    /** Whether an expression for {@code _id} gives the token. */
    private Token asId(BsonValue expression) {
        if (expression.isString()) {
            String text = expression.asString().getValue();
            return TOKEN_PATHS.contains(text)
                    ? Token.KEPT
                    : !text.startsWith("$") || isOriginal(text) ? Token.LOST : Token.UNKNOWN;
        }
        return expression.isDocument() ? Token.UNKNOWN : Token.LOST;
    }

    /** Whether an expression for the whole event leaves the token in it. */
    private Token asRoot(BsonValue expression) {
        if (expression.isString()) {
            String text = expression.asString().getValue();
            return WHOLE_EVENT.contains(text) ? Token.KEPT : isOriginal(text) ? Token.LOST : Token.UNKNOWN;
        }
        if (!expression.isDocument() || expression.asDocument().isEmpty()) {
            return Token.LOST;
        }
        BsonDocument document = expression.asDocument();
        if (document.get("$mergeObjects") instanceof BsonArray parts) {
            return merged(parts);
        }
        if (document.getFirstKey().startsWith("$")) {
            return Token.UNKNOWN;
        }
        BsonValue id = document.get("_id");
        return id == null ? Token.LOST : asId(id);
    }

    /** The last part that has an {@code _id} gives it. */
    private Token merged(BsonArray parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            BsonValue part = parts.get(i);
            boolean withoutId = part.isDocument()
                    && !part.asDocument().containsKey("_id")
                    && part.asDocument().keySet().stream().noneMatch(key -> key.startsWith("$"));
            if (!withoutId) {
                return asRoot(part);
            }
        }
        return Token.LOST;
    }

    private boolean isOriginal(String path) {
        if (!path.startsWith("$") || path.startsWith("$$")) {
            return false;
        }
        return original.contains(path.substring(1).split("\\.", 2)[0]);
    }
}
