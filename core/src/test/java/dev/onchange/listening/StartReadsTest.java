package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientSettings;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a start reads of the state database before it opens its streams. */
class StartReadsTest {

    private final Ground ground = new Ground();
    private final List<String> read = new CopyOnWriteArrayList<>();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void what_the_instance_has_just_written_is_not_read() {
        start(false);

        assertThat(read).doesNotContain("find onchange.declared");
    }

    @Test
    void a_handler_that_begins_where_the_user_says_reads_its_position_once_to_claim_it() {
        start(true);

        // Two before tell whether the account may read, and what was abandoned.
        assertThat(read).filteredOn("find onchange.positions"::equals).hasSize(3);
    }

    @Test
    void who_else_has_handlers_is_not_asked_if_all_begin_where_the_user_says() {
        start(true);

        // By the pass with which it joins, once more when it has taken what is free.
        assertThat(read).filteredOn("aggregate onchange.units"::equals).hasSize(2);
    }

    private void start(boolean at) {
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .addCommandListener(new Reads())
                .build();
        var builder = ground.prepared(ChangeListeners.builder(settings), new Items());
        if (at) {
            builder.startAt("items", new BsonTimestamp((int) (System.currentTimeMillis() / 1000), 0));
        }
        builder.start().close();
    }

    /** Until the stream is asked for. */
    private final class Reads implements CommandListener {

        private volatile boolean opening;

        @Override
        public void commandStarted(CommandStartedEvent event) {
            String name = event.getCommandName();
            String of = event.getCommand().get(name).isString()
                    ? event.getCommand().getString(name).getValue()
                    : "";
            opening |= event.getDatabaseName().equals("local");
            if (!opening && event.getDatabaseName().equals(ground.state()) && !of.isEmpty()) {
                read.add(name + " " + of);
            }
        }
    }

    static final class Items {

        @OnChange(id = "items", collection = "items")
        public void arrived(Document item) {}
    }
}
