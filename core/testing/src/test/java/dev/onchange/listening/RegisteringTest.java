package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Grouping;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

/** To register a handler costs by what it changes. */
@OnChangeTest
class RegisteringTest {

    private static final int PRESENT = 20;

    @Inject
    LocalMongo mongo;

    @Inject
    MongoDatabase database;

    private final Opened opened = new Opened();

    @Test
    void the_server_is_asked_to_open_streams_on_what_is_new_alone() {
        try (ChangeListeners listeners = started()) {
            opened.collections.clear();

            listeners.on("new").id("new").handle(change -> {});

            assertThat(opened.collections).isNotEmpty().containsOnly("new");
        }
    }

    private ChangeListeners started() {
        ChangeListenersBuilder builder = ChangeListeners.builder(MongoClientSettings.builder()
                        .applyConnectionString(new ConnectionString(mongo.connectionString()))
                        .addCommandListener(opened)
                        .build())
                .database(database.getName())
                .stateDatabase(database.getName() + "_state")
                .maxAwaitTime(Duration.ofMillis(50))
                .grouping(Grouping.PER_SCOPE);
        for (int i = 0; i < PRESENT; i++) {
            builder.on("present" + i).id("present" + i).handle(change -> {});
        }
        return builder.start();
    }

    /** The collections on which streams are opened, be it on trial. */
    private final class Opened implements CommandListener {

        final List<String> collections = new CopyOnWriteArrayList<>();

        @Override
        public void commandStarted(CommandStartedEvent event) {
            if (event.getCommandName().equals("aggregate")
                    && event.getDatabaseName().equals(database.getName())
                    && event.getCommand().get("aggregate") instanceof BsonString collection) {
                collections.add(collection.getValue());
            }
        }
    }
}
