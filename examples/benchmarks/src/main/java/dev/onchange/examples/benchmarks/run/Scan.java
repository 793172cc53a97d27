package dev.onchange.examples.benchmarks.run;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Aggregates;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;

/** Lets the server read its oplog from one time to another, by the stream of a database, and decodes nothing. */
public final class Scan {

    private static final int REPEATS = 3;
    private static final int BATCH = 1000;

    private final Stage stage;
    private final String database;
    private final BsonTimestamp from;
    private final BsonTimestamp to;

    public Scan(Stage stage, String database, BsonTimestamp from, BsonTimestamp to) {
        this.stage = stage;
        this.database = database;
        this.from = from;
        this.to = to;
    }

    /** The server's CPU for it with that filter, in seconds: the median of some. */
    public double cpu(Bson match) {
        try (MongoClient client = MongoClients.create(stage.uri());
                ClientSession session = client.startSession()) {
            double[] seconds = new double[REPEATS];
            for (int i = 0; i < REPEATS; i++) {
                double before = stage.serverCpu();
                read(client.getDatabase(database), session, match);
                seconds[i] = stage.serverCpu() - before;
            }
            Arrays.sort(seconds);
            return seconds[REPEATS / 2];
        }
    }

    private void read(MongoDatabase in, ClientSession session, Bson match) {
        List<Bson> pipeline = List.of(
                new Document("$changeStream", new Document("startAtOperationTime", from)), Aggregates.match(match));
        RawBsonDocument cursor = cursor(in.runCommand(
                session,
                new Document("aggregate", 1)
                        .append("pipeline", pipeline)
                        .append("cursor", new Document("batchSize", BATCH)),
                RawBsonDocument.class));
        String collection = cursor.getString("ns").getValue().substring(database.length() + 1);
        long id = cursor.getInt64("id").getValue();
        while (time(cursor).compareTo(to) < 0) {
            cursor = cursor(in.runCommand(
                    session,
                    new Document("getMore", id)
                            .append("collection", collection)
                            .append("batchSize", BATCH)
                            .append("maxTimeMS", 50),
                    RawBsonDocument.class));
        }
        in.runCommand(session, new Document("killCursors", collection).append("cursors", List.of(id)));
    }

    private static RawBsonDocument cursor(RawBsonDocument reply) {
        return (RawBsonDocument) reply.getDocument("cursor");
    }

    /** How far the server has read: a token begins with a type and the cluster time. */
    private static BsonTimestamp time(RawBsonDocument cursor) {
        String token =
                cursor.getDocument("postBatchResumeToken").getString("_data").getValue();
        return new BsonTimestamp(Long.parseUnsignedLong(token.substring(2, 18), 16));
    }
}
