package dev.onchange.inject;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Objects that were registered, with and without names. */
final class KnownObjects {

    private final List<Object> unnamed;
    private final Map<String, Object> named;

    KnownObjects(List<Object> unnamed, Map<String, Object> named) {
        this.unnamed = unnamed;
        this.named = named;
    }

    /** Those that serve as the type, each once: those of exactly this class if there are any. */
    List<Object> of(Class<?> type) {
        List<Object> serving = Stream.concat(unnamed.stream(), named.values().stream())
                .filter(type::isInstance)
                .map(Identity::new)
                .distinct()
                .map(Identity::object)
                .toList();
        List<Object> exact =
                serving.stream().filter(object -> object.getClass() == type).toList();
        return exact.isEmpty() ? serving : exact;
    }

    /** The one of a name; null if there is none. */
    @Nullable
    Object named(String name) {
        return named.get(name);
    }

    Collection<String> names() {
        return named.keySet();
    }

    private record Identity(Object object) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity that && object == that.object;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(object);
        }
    }
}
