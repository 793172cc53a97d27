package dev.onchange.inject;

import jakarta.inject.Provider;

/** How a container supplies the objects whose methods are handlers. */
@FunctionalInterface
public interface Instances {

    /**
     * A provider of the object to call for a handler class. Asked once per class at start; the provider is asked at
     * start and, as the container's scopes may want it, for each call.
     *
     * @throws RuntimeException if the container cannot supply one, saying why
     */
    <T> Provider<? extends T> providerOf(Class<T> type);
}
