package dev.onchange.engine.plan;

import com.mongodb.client.model.Collation;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.WatchedScope;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;

/** Tells two streams apart of which one might not resume the other's tokens. */
final class Fingerprint {

    /** Half of SHA-256: two plans of one application never meet by chance, and positions stay small. */
    private static final int BYTES = 16;

    private static final JsonWriterSettings CANONICAL =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    private Fingerprint() {}

    /** @param collation null for none */
    static String of(
            WatchedScope scope, DocumentOptions documents, List<BsonDocument> pipeline, @Nullable Collation collation) {
        BsonDocument identity = new BsonDocument()
                .append("scope", new BsonString(scope.scope().name()))
                .append("database", new BsonString(scope.database()))
                .append("collection", new BsonString(scope.collection()))
                .append("fullDocument", new BsonString(documents.fullDocument().getValue()))
                .append(
                        "fullDocumentBeforeChange",
                        new BsonString(documents.fullDocumentBeforeChange().getValue()))
                .append("showExpandedEvents", BsonBoolean.valueOf(documents.expandedEvents()))
                .append("pipeline", new BsonArray(pipeline));
        if (collation != null) {
            identity.append("collation", collation.asDocument());
        }
        byte[] hash = sha256().digest(identity.toJson(CANONICAL).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
