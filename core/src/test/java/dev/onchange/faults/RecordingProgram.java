package dev.onchange.faults;

import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.faults.Consumer.Received;
import dev.onchange.status.ListenerEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.bson.Document;

/** Appends each change that it receives to a file, until it is killed or its input ends. */
final class RecordingProgram {

    private final FileChannel file;

    private RecordingProgram(FileChannel file) {
        this.file = file;
    }

    /** How often it saves its positions. */
    static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(200);

    /** @param arguments connection string, database, file, and the connection string of another server for positions */
    public static void main(String... arguments) throws IOException {
        Path path = Path.of(arguments[2]);
        try (FileChannel file = FileChannel.open(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
                MongoClient positions = MongoClients.create(arguments[arguments.length > 3 ? 3 : 0]);
                ChangeListeners listeners = ChangeListeners.builder(arguments[0])
                        .database(arguments[1])
                        .stateDatabase(arguments[1] + "_state")
                        .checkpoints(new MongoCheckpointStore(positions, arguments[1] + "_state"))
                        .checkpointInterval(CHECKPOINT_INTERVAL)
                        .listener(event -> tell(event, Consumer.told(path)))
                        .handlers(new RecordingProgram(file))
                        .start()) {
            Consumer.announceReady(path);
            Consumer.awaitEndOfInput();
        }
    }

    private static void tell(ListenerEvent event, Path told) {
        if (event instanceof ListenerEvent.PositionsNotSaved) {
            try {
                Files.writeString(told, event + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    @OnChange(
            id = "recorder",
            collection = Writer.COLLECTION,
            fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
            concurrency = 8)
    void received(ChangeEvent<Document> change) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((new Received(Write.of(change), System.currentTimeMillis()).line() + "\n")
                .getBytes(StandardCharsets.UTF_8));
        synchronized (file) {
            file.write(line);
        }
    }
}
