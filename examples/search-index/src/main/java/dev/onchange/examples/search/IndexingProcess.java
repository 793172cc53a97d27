package dev.onchange.examples.search;

import dev.onchange.ChangeListeners;
import dev.onchange.status.ListenerEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/** Keeps the index until its input ends, or until it is killed. */
final class IndexingProcess {

    static final String LISTENS = "listens";
    static final String COMPLETE = "has all documents";

    private IndexingProcess() {}

    /** @param arguments connection string, database, and the folder of the index */
    public static void main(String... arguments) throws IOException {
        PrintStream out = System.out;
        try (SearchIndex index = new SearchIndex(Path.of(arguments[2]));
                ChangeListeners listeners = ChangeListeners.builder(arguments[0])
                        .database(arguments[1])
                        .stateDatabase(stateDatabase(arguments[1]))
                        .handlers(new Indexer(index))
                        .listener(event -> tell(out, event))
                        .start()) {
            out.println(LISTENS);
            InputStream input = System.in;
            while (input.read() >= 0) {
                // Nothing is written to it.
            }
        }
    }

    /** Of each index its own: it has the positions. */
    static String stateDatabase(String database) {
        return database + "_index";
    }

    private static void tell(PrintStream out, ListenerEvent event) {
        if (event instanceof ListenerEvent.SnapshotCompleted) {
            out.println(COMPLETE);
        }
    }
}
