package dev.onchange.engine.match;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** Filters and events with the answers of a real server. */
final class RecordedCases {

    private RecordedCases() {}

    /**
     * One filter, one event, one answer.
     *
     * @param phase {@code parse} if the server refuses the filter, {@code evaluate} if the filter fails on this event, else empty
     */
    record Case(String id, String group, BsonDocument filter, RawBsonDocument event, String phase, boolean matches) {

        @Override
        public String toString() {
            return id + " " + filter.toJson();
        }
    }

    static List<Case> all() {
        try (InputStream file = RecordedCases.class.getResourceAsStream("/match/cases.jsonl.gz");
                InputStream lines = new GZIPInputStream(Objects.requireNonNull(file))) {
            return new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8))
                    .lines()
                    .map(RecordedCases::read)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Case read(String line) {
        BsonDocument json = BsonDocument.parse(line);
        BsonDocument filter = json.containsKey("filterBson")
                ? new RawBsonDocument(
                        Base64.getDecoder().decode(json.getString("filterBson").getValue()))
                : json.getDocument("filter");
        return new Case(
                json.getString("id").getValue(),
                json.getString("group").getValue(),
                filter,
                new RawBsonDocument(json.getDocument("doc"), new BsonDocumentCodec()),
                json.getString("phase", new BsonString("")).getValue(),
                json.getBoolean("matches", org.bson.BsonBoolean.FALSE).getValue());
    }
}
