package dev.onchange.engine.plan;

import dev.onchange.engine.bson.ExtendedJson;
import java.util.List;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** Reads stages written in extended JSON, and says where in the text a mistake is. */
final class StageJson {

    /** The driver reads documents only; so the text, which may be an array, becomes the value of one. */
    private static final String BEFORE = "{stages: ";

    private static final String AFTER = "\n}";

    private StageJson() {}

    /**
     * @param text which of the texts it is
     * @param stage the number of its first stage
     * @return the document that the text holds, or the elements of its array
     */
    static List<BsonValue> read(String json, int text, int stage) {
        String wrapped = BEFORE + json + AFTER;
        RawBsonDocument read;
        try {
            read = ExtendedJson.read(wrapped);
        } catch (RuntimeException notJson) {
            throw invalid(json, ExtendedJson.consumed(wrapped), text, stage, String.valueOf(notJson.getMessage()));
        }
        BsonValue value = read.get("stages");
        if (read.size() != 1 || value == null || !(value.isDocument() || value.isArray())) {
            throw invalid(json, BEFORE.length() + 1, text, stage, "one document or one array of documents is expected");
        }
        return value.isArray() ? value.asArray().getValues() : List.of(value);
    }

    private static InvalidPipelineException invalid(String json, int consumed, int text, int stage, String message) {
        int at = Math.max(0, Math.min(consumed - BEFORE.length(), json.length()) - 1);
        boolean array = json.stripLeading().startsWith("[");
        return new InvalidPipelineException(
                text,
                (array ? "" : "stage " + stage + ", ") + ExtendedJson.place(json, at),
                "this is not extended JSON: " + message,
                "Write each stage as a JSON document, or all of them in one JSON array.");
    }
}
