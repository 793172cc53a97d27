package dev.onchange.engine.cluster;

import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The way of one instance to the commands in the store. */
final class SimCommands implements CommandStore {

    private final SimClient client;
    private final SimStore store;

    SimCommands(SimClient client, SimStore store) {
        this.client = client;
        this.store = store;
    }

    @Override
    public Mono<Void> ask(List<Command> all) {
        return client.done(() -> {
            all.forEach(command -> store.commands.putIfAbsent(command.key(), command));
            store.changed();
        });
    }

    @Override
    public Mono<List<Command>> open() {
        return client.counted(() -> store.commands.values().stream()
                .filter(command -> command.state() != Command.State.DONE)
                .toList());
    }

    @Override
    public Mono<Boolean> begin(Command.Key key, ObjectId owner) {
        return client.counted(() -> {
            Command is = store.commands.get(key);
            boolean open = is != null
                    && (is.state() == Command.State.ASKED
                            || is.state() == Command.State.BEGUN && store.keeps(Rule.BEGUN_COMMANDS_GO_ON));
            if (open) {
                store.commands.put(key, with(is, Command.State.BEGUN, owner, null));
            }
            return open;
        });
    }

    @Override
    public Mono<Void> end(Command.Key key, ObjectId owner, BsonDocument result) {
        return client.done(() -> store.commands.computeIfPresent(
                key, (any, is) -> owner.equals(is.owner()) ? with(is, Command.State.DONE, owner, result) : is));
    }

    private static Command with(Command is, Command.State state, ObjectId owner, @Nullable BsonDocument result) {
        return new Command(is.key(), is.kind(), is.arguments(), state, owner, result);
    }

    @Override
    public Mono<List<Command>> of(ObjectId id) {
        return client.counted(() -> store.commands.values().stream()
                .filter(command -> command.key().id().equals(id))
                .toList());
    }

    @Override
    public Mono<Void> withdraw(ObjectId id) {
        return client.done(() -> store.commands
                .values()
                .removeIf(command -> command.key().id().equals(id) && command.state() == Command.State.ASKED));
    }

    @Override
    public Mono<Void> forget(ObjectId id) {
        return client.done(
                () -> store.commands.keySet().removeIf(key -> key.id().equals(id)));
    }

    @Override
    public Mono<Void> cancel(ObjectId id) {
        return forget(id).then(client.done(store::changed));
    }

    @Override
    public Mono<Void> removeOld() {
        return Mono.empty();
    }

    @Override
    public Mono<Map<String, Boolean>> paused() {
        return client.counted(() -> Map.copyOf(store.paused));
    }

    @Override
    public Mono<Void> setPaused(String handler, boolean paused) {
        return client.done(() -> {
            store.paused.put(handler, paused);
            store.changed();
        });
    }
}
