package dev.onchange.engine.match;

import dev.onchange.engine.bson.ExtendedJson;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonArray;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Reads filters written in extended JSON, and says where in the text a mistake is. */
final class JsonFilters {

    /** As the driver's reader says it, in one of two ways. */
    private static final Pattern ENDED = Pattern.compile("'<eof>'|\\bEOF\\b|[Ee]nd of file");

    private static final Pattern FOUND = Pattern.compile("found '(.+)'\\.?$");

    private JsonFilters() {}

    static RawBsonDocument read(String json) {
        RawBsonDocument alone = alone(json);
        if (alone != null) {
            return alone;
        }
        try {
            ExtendedJson.read(json);
        } catch (RuntimeException notJson) {
            throw invalid(json, ExtendedJson.consumed(json), notJson);
        }
        int end = ExtendedJson.consumed(json);
        int extra = end
                + json.substring(end).length()
                - json.substring(end).stripLeading().length();
        throw new InvalidMatchException(
                ExtendedJson.place(json, extra), "the filter ends before this; it is one document and nothing else");
    }

    /**
     * The driver stops reading at the end of the first document, brackets too many or not; as the only value of an array it
     * must be all there is. Null if it is not, or is no document.
     */
    private static @Nullable RawBsonDocument alone(String json) {
        try {
            BsonArray whole = ExtendedJson.read("{filters: [" + json + "\n]}").getArray("filters");
            return whole.size() == 1 && whole.get(0) instanceof RawBsonDocument filter ? filter : null;
        } catch (RuntimeException moreOrLess) {
            return null;
        }
    }

    /** What the driver says, in place of what it says of its own classes, and with what it takes. */
    private static String said(String message) {
        if (message.contains("'BsonRegularExpression{")) {
            return "the name of a field is missing here; comments cannot be written";
        }
        return message.contains("expected a date in") ? message + " Write ISODate('2030-01-31T12:00:00Z')." : message;
    }

    private static InvalidMatchException invalid(String json, int consumed, RuntimeException cause) {
        int at = Math.max(0, Math.min(consumed, json.length()) - 1);
        String message = String.valueOf(cause.getMessage());
        Matcher found = FOUND.matcher(message);
        if (found.find()) {
            int token = json.lastIndexOf(found.group(1), at);
            at = token >= 0 && at - token <= found.group(1).length() + 1 ? token : at;
        }
        InvalidMatchException invalid = new InvalidMatchException(
                ExtendedJson.place(json, at),
                "this is not a document in extended JSON: "
                        + (ENDED.matcher(message).find()
                                ? "it ends too soon: a brace, bracket or quote is missing"
                                : said(message)));
        invalid.initCause(cause);
        return invalid;
    }
}
