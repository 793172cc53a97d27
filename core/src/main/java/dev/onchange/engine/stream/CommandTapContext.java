package dev.onchange.engine.stream;

import com.mongodb.RequestContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings the observer to the commands of one subscription; otherwise behaves as the context that the user's provider
 * gave, if any.
 */
final class CommandTapContext implements RequestContext {

    private final CommandObserver commands;
    private final @Nullable RequestContext users;
    private final Map<Object, Object> own = new ConcurrentHashMap<>();

    CommandTapContext(CommandObserver commands, @Nullable RequestContext users) {
        this.commands = commands;
        this.users = users;
    }

    CommandObserver commands() {
        return commands;
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"
    }) // the driver's interface does not declare its null
    public <T> T get(Object key) {
        return users == null ? (T) own.get(key) : users.get(key);
    }

    @Override
    public boolean hasKey(Object key) {
        return users == null ? own.containsKey(key) : users.hasKey(key);
    }

    @Override
    public boolean isEmpty() {
        return users == null ? own.isEmpty() : users.isEmpty();
    }

    @Override
    public void put(Object key, Object value) {
        if (users == null) {
            own.put(key, value);
        } else {
            users.put(key, value);
        }
    }

    @Override
    public void delete(Object key) {
        if (users == null) {
            own.remove(key);
        } else {
            users.delete(key);
        }
    }

    @Override
    public int size() {
        return users == null ? own.size() : users.size();
    }

    @Override
    public Stream<Map.Entry<Object, Object>> stream() {
        return users == null ? own.entrySet().stream() : users.stream();
    }
}
