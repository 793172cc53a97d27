package dev.onchange.engine.stream;

import com.mongodb.MongoClientSettings;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.ConnectionCheckedInEvent;
import com.mongodb.event.ConnectionCheckedOutEvent;
import com.mongodb.event.ConnectionPoolListener;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the connections that a client uses, and how often it has opened a change stream. */
final class Traffic implements CommandListener, ConnectionPoolListener {

    private final AtomicInteger inUse = new AtomicInteger();
    private final AtomicInteger openings = new AtomicInteger();

    MongoClientSettings.Builder watch(MongoClientSettings.Builder settings) {
        return settings.addCommandListener(this)
                .applyToConnectionPoolSettings(pool -> pool.addConnectionPoolListener(this));
    }

    int connectionsInUse() {
        return inUse.get();
    }

    int openings() {
        return openings.get();
    }

    @Override
    public void commandStarted(CommandStartedEvent event) {
        if (event.getCommandName().equals("aggregate")
                && event.getCommand().getArray("pipeline").stream()
                        .anyMatch(stage -> stage.asDocument().containsKey("$changeStream"))) {
            openings.incrementAndGet();
        }
    }

    @Override
    public void connectionCheckedOut(ConnectionCheckedOutEvent event) {
        inUse.incrementAndGet();
    }

    @Override
    public void connectionCheckedIn(ConnectionCheckedInEvent event) {
        inUse.decrementAndGet();
    }
}
