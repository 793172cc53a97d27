package dev.onchange.faults;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.StartFrom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/** Appends each document of a snapshot and each change to a file, with the time, until it is killed or its input ends. */
final class IndexingProgram {

    static final String COLLECTION = "items";
    static final String VERSION = "v";

    private final FileChannel file;

    private IndexingProgram(FileChannel file) {
        this.file = file;
    }

    /** @param arguments connection string, database, file, and how many documents of the snapshot are given in a second */
    public static void main(String... arguments) throws IOException {
        Path path = Path.of(arguments[2]);
        try (FileChannel file = FileChannel.open(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
                ChangeListeners listeners = ChangeListeners.builder(arguments[0])
                        .database(arguments[1])
                        .stateDatabase(arguments[1] + "_state")
                        .snapshotRate(Double.parseDouble(arguments[3]))
                        .handlers(new IndexingProgram(file))
                        .start()) {
            Consumer.announceReady(path);
            Consumer.awaitEndOfInput();
        }
    }

    @OnChange(id = "index", collection = COLLECTION, startFrom = StartFrom.SNAPSHOT, concurrency = 4)
    void index(ChangeEvent<BsonDocument> change) throws IOException {
        int key = change.documentKey().getInt32("_id").getValue();
        ByteBuffer line = ByteBuffer.wrap(
                (change.operationName() + " " + key + " " + version(change) + " " + System.nanoTime() + "\n")
                        .getBytes(StandardCharsets.UTF_8));
        synchronized (file) {
            file.write(line);
        }
    }

    /** 0 for a deletion, which does not tell. */
    private static int version(ChangeEvent<BsonDocument> change) {
        BsonDocument document = change.fullDocument();
        if (document == null && change.updateDescription() != null) {
            document = change.updateDescription().getUpdatedFields();
        }
        return document == null
                ? 0
                : document.getInt32(VERSION, new BsonInt32(0)).getValue();
    }
}
