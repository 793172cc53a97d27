package dev.onchange.inject;

import dev.onchange.OnChangeException;
import dev.onchange.engine.message.Message;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Supplies registered objects and makes one object of every other class. */
final class ConstructedInstances implements Instances {

    private final KnownObjects known;
    private final Map<Class<?>, Object> made = new ConcurrentHashMap<>();

    ConstructedInstances(KnownObjects known) {
        this.known = known;
    }

    @Override
    public Object instanceOf(Class<?> type) {
        return providerOf(type).get();
    }

    @Override
    public <T> Provider<? extends T> providerOf(Class<T> type) {
        List<Object> registered = known.of(type);
        if (registered.size() > 1) {
            throw new OnChangeException(
                    List.of(Message.SEVERAL_KNOWN.at(type.getName(), type.getName(), classNames(registered))));
        }
        if (registered.size() == 1) {
            T object = type.cast(registered.get(0));
            return () -> object;
        }
        Optional<Provider<T>> kotlinObject = KotlinObject.of(type);
        if (kotlinObject.isPresent()) {
            return kotlinObject.get();
        }
        Construction construction = Construction.of(type, known);
        return () -> type.cast(made.computeIfAbsent(type, ignored -> construction.make()));
    }

    static String classNames(List<Object> objects) {
        return objects.stream().map(object -> object.getClass().getName()).collect(Collectors.joining(", "));
    }
}
