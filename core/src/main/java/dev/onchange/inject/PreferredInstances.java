package dev.onchange.inject;

import jakarta.inject.Provider;
import java.util.List;

/** Supplies some objects for their classes, and leaves the rest to others. */
record PreferredInstances(List<Object> objects, Instances others) implements Instances {

    @Override
    public Object instanceOf(Class<?> type) {
        return providerOf(type).get();
    }

    @Override
    public <T> Provider<? extends T> providerOf(Class<T> type) {
        return objects.stream()
                .filter(type::isInstance)
                .findFirst()
                .<Provider<? extends T>>map(object -> () -> type.cast(object))
                .orElseGet(() -> others.providerOf(type));
    }

    @Override
    public boolean isLazy(Class<?> type) {
        return objects.stream().noneMatch(type::isInstance) && others.isLazy(type);
    }
}
