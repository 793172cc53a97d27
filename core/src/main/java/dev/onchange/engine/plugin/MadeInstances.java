package dev.onchange.engine.plugin;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.inject.Instances;
import jakarta.inject.Provider;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes the objects of a plug-in's handler classes, and knows them. */
final class MadeInstances implements Instances {

    private final Instances constructors;
    private final List<Object> known;
    private final Set<AutoCloseable> closeables = new LinkedHashSet<>();

    /** @param known what constructors may take, the client apart */
    MadeInstances(MongoClient client, List<Object> known) {
        this.known = new ArrayList<>(known);
        this.known.add(client);
        this.constructors = Instances.ofConstructors(this.known.toArray());
    }

    @Override
    public Object instanceOf(Class<?> type) {
        return providerOf(type).get();
    }

    @Override
    public <T> Provider<? extends T> providerOf(Class<T> type) {
        Provider<? extends T> provider = constructors.providerOf(type);
        return () -> noted(provider.get());
    }

    private <T> T noted(T object) {
        if (object instanceof AutoCloseable closeable && known.stream().noneMatch(given -> given == object)) {
            synchronized (this) {
                closeables.add(closeable);
            }
        }
        return object;
    }

    /** Those of the objects that are to be closed; what was handed over is somebody else's. */
    synchronized List<AutoCloseable> closeables() {
        return List.copyOf(closeables);
    }
}
