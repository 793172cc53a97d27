package dev.onchange.faults;

import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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

    /** @param arguments connection string, database, file */
    public static void main(String... arguments) throws IOException {
        Path path = Path.of(arguments[2]);
        try (FileChannel file = FileChannel.open(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
                ChangeListeners listeners = ChangeListeners.builder(arguments[0])
                        .database(arguments[1])
                        .stateDatabase(arguments[1] + "_state")
                        .checkpointInterval(Duration.ofMillis(200))
                        .handlers(new RecordingProgram(file))
                        .start()) {
            Consumer.announceReady(path);
            Consumer.awaitEndOfInput();
        }
    }

    @OnChange(
            id = "recorder",
            collection = Writer.COLLECTION,
            fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
            concurrency = 8)
    void received(ChangeEvent<Document> change) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((Write.of(change).line() + "\n").getBytes(StandardCharsets.UTF_8));
        synchronized (file) {
            file.write(line);
        }
    }
}
