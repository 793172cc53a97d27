package dev.onchange.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.RequestContext;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.CommandSucceededEvent;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.ReactiveContextProvider;
import dev.onchange.localmongo.LocalMongo;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class CommandTapTest {

    private final List<Object> seen = new CopyOnWriteArrayList<>();
    private final CommandListener users = new CommandListener() {
        @Override
        public void commandStarted(CommandStartedEvent event) {
            event.getRequestContext().put("started", event.getCommandName());
        }

        @Override
        public void commandSucceeded(CommandSucceededEvent event) {
            seen.add(event.getRequestContext().get("started"));
            seen.add(event.getRequestContext().get("user"));
        }
    };
    private final ReactiveContextProvider provider = subscriber -> {
        RequestContext context = new CommandTapContext(new Silent(), null);
        context.put("user", "theirs");
        return context;
    };

    @Test
    void the_listener_and_the_context_of_the_user_stay_in_use() {
        MongoClientSettings settings = CommandTap.instrument(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(LocalMongo.shared().connectionString()))
                .addCommandListener(users)
                .contextProvider(provider)
                .build());
        Heard heard = new Heard(new CopyOnWriteArrayList<>());

        try (MongoClient client = MongoClients.create(settings)) {
            Mono.from(client.getDatabase("admin").runCommand(new Document("ping", 1)))
                    .contextWrite(context -> CommandTap.observing(context, heard))
                    .block(Watcher.PATIENCE);
        }

        assertThat(seen).containsSubsequence("ping", "theirs");
        assertThat(heard.commands()).containsExactly("started ping", "replied ping");
    }

    @Test
    void instrumenting_twice_is_instrumenting_once() {
        MongoClientSettings once =
                CommandTap.instrument(MongoClientSettings.builder().build());

        assertThat(CommandTap.instrument(once).getCommandListeners()).hasSameSizeAs(once.getCommandListeners());
    }

    private record Heard(List<String> commands) implements CommandObserver {
        @Override
        public void started(String command) {
            commands.add("started " + command);
        }

        @Override
        public void replied(CursorReply reply) {
            commands.add("replied " + reply.command());
        }

        @Override
        public void failed(String command) {
            commands.add("failed " + command);
        }
    }

    private record Silent() implements CommandObserver {
        @Override
        public void started(String command) {}

        @Override
        public void replied(CursorReply reply) {}

        @Override
        public void failed(String command) {}
    }
}
