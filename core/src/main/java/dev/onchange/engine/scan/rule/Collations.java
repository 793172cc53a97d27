package dev.onchange.engine.scan.rule;

import com.mongodb.client.model.Collation;
import com.mongodb.client.model.CollationAlternate;
import com.mongodb.client.model.CollationCaseFirst;
import com.mongodb.client.model.CollationMaxVariable;
import com.mongodb.client.model.CollationStrength;
import java.util.Optional;
import org.bson.BSONException;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonValue;
import org.bson.json.JsonParseException;

/**
 * Collations as users write them: <code>{locale: 'en', strength: 2}</code>.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/reference/collation/#collation-document">Collation document, in the
 *     server's manual</a>
 */
public final class Collations {

    private Collations() {}

    /**
     * Reads a document.
     *
     * @throws IllegalArgumentException if it is not one of a collation, saying why
     */
    public static Collation parse(String json) {
        BsonDocument document;
        try {
            document = BsonDocument.parse(json);
        } catch (JsonParseException | BSONException e) {
            throw new IllegalArgumentException("it is no JSON document: " + withoutFullStop(e), e);
        }
        if (!document.isString("locale")) {
            throw new IllegalArgumentException("it has no locale");
        }
        Collation.Builder collation = Collation.builder();
        document.forEach((field, value) -> set(collation, field, value));
        return collation.build();
    }

    /** Why {@link #parse} would fail; empty if it would not. */
    static Optional<String> fault(String json) {
        try {
            parse(json);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The sentence goes on, or ends, behind it. */
    private static String withoutFullStop(RuntimeException e) {
        String said = String.valueOf(e.getMessage());
        return said.endsWith(".") ? said.substring(0, said.length() - 1) : said;
    }

    private static void set(Collation.Builder collation, String field, BsonValue value) {
        try {
            switch (field) {
                case "locale" -> collation.locale(value.asString().getValue());
                case "strength" ->
                    collation.collationStrength(
                            CollationStrength.fromInt(value.asNumber().intValue()));
                case "caseLevel" -> collation.caseLevel(value.asBoolean().getValue());
                case "caseFirst" ->
                    collation.collationCaseFirst(
                            CollationCaseFirst.fromString(value.asString().getValue()));
                case "numericOrdering" ->
                    collation.numericOrdering(value.asBoolean().getValue());
                case "alternate" ->
                    collation.collationAlternate(
                            CollationAlternate.fromString(value.asString().getValue()));
                case "maxVariable" ->
                    collation.collationMaxVariable(
                            CollationMaxVariable.fromString(value.asString().getValue()));
                case "normalization" ->
                    collation.normalization(value.asBoolean().getValue());
                case "backwards" -> collation.backwards(value.asBoolean().getValue());
                default -> throw new IllegalArgumentException("there is no field " + field);
            }
        } catch (BsonInvalidOperationException | IllegalArgumentException e) {
            throw new IllegalArgumentException("its field " + field + " is " + value + ": " + e.getMessage(), e);
        }
    }
}
