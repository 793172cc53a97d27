package dev.onchange.inject;

import jakarta.inject.Provider;
import java.util.List;
import java.util.Map;

/**
 * How a container supplies the objects whose methods are handlers; for most containers a reference to their own method
 * is enough: {@code builder.instances(context::getBean)}.
 */
@FunctionalInterface
public interface Instances {

    /**
     * The object to call for a handler class: an instance of it, or a proxy of the container's. Asked at start and, as the
     * container's scopes may want it, for each call, by any thread.
     *
     * @throws RuntimeException if the container cannot supply one, saying why
     */
    Object instanceOf(Class<?> type);

    /**
     * A provider of the object to call for a handler class. Asked at start; the provider is asked at start and for each
     * call. For containers that look a class up once.
     *
     * @throws RuntimeException if the container cannot supply one, saying why
     */
    default <T> Provider<? extends T> providerOf(Class<T> type) {
        @SuppressWarnings("unchecked") // a proxy of an interface is no instance of the class, and is never used as one
        Provider<T> provider = () -> (T) instanceOf(type);
        return provider;
    }

    /**
     * Whether the object is not to be asked for at start but with the first change that needs it; what is wrong with it
     * is then known only at that change. By default none is.
     */
    default boolean isLazy(Class<?> type) {
        return false;
    }

    /**
     * Supplies the given objects for classes that they are instances of, the first one that fits, and what is supplied
     * here for all others. So classes of which an object was handed over are not asked for.
     */
    default Instances preferring(Object... objects) {
        return new PreferredInstances(List.of(objects), this);
    }

    /**
     * Supplies registered objects, and makes one object of every other class, when it is first needed, by its
     * constructor without parameters or the one with {@code jakarta.inject.Inject}. Constructors need not be public,
     * but not private, as with handler methods. Their parameters are registered objects, told by their type, or a
     * {@code jakarta.inject.Provider} of one.
     *
     * <p>{@link #providerOf} fails with an {@link dev.onchange.OnChangeException} that lists all that is missing.
     * Safe for use by several threads.
     *
     * @param known the registered objects
     */
    static Instances ofConstructors(Object... known) {
        return new ConstructedInstances(new KnownObjects(List.of(known), Map.of()));
    }

    /**
     * Like {@link #ofConstructors(Object...)}, with objects that have names: a parameter with
     * {@code jakarta.inject.Named} receives the one of that name. They serve parameters without a name as well.
     */
    static Instances ofConstructors(Map<String, ?> named, Object... known) {
        return new ConstructedInstances(new KnownObjects(List.of(known), Map.copyOf(named)));
    }
}
