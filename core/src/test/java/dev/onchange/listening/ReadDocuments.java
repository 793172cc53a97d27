package dev.onchange.listening;

import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.CommandSucceededEvent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonString;

/** Counts the documents that a client reads for snapshots. */
final class ReadDocuments implements CommandListener {

    private final Set<Integer> finds = ConcurrentHashMap.newKeySet();
    private final AtomicInteger documents = new AtomicInteger();

    @Override
    public void commandStarted(CommandStartedEvent event) {
        if (new BsonString("onchange snapshot").equals(event.getCommand().get("comment"))) {
            finds.add(event.getRequestId());
        }
    }

    @Override
    public void commandSucceeded(CommandSucceededEvent event) {
        if (finds.contains(event.getRequestId())) {
            documents.addAndGet(event.getResponse()
                    .getDocument("cursor")
                    .getArray("firstBatch")
                    .size());
        }
    }

    int documents() {
        return documents.get();
    }
}
