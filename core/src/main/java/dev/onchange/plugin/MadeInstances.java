package dev.onchange.plugin;

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
    private final Set<AutoCloseable> closeables = new LinkedHashSet<>();

    /** @param known what constructors may take, the client apart */
    MadeInstances(MongoClient client, List<Object> known) {
        List<Object> all = new ArrayList<>(known);
        all.add(client);
        this.constructors = Instances.ofConstructors(all.toArray());
    }

    @Override
    public <T> Provider<? extends T> providerOf(Class<T> type) {
        Provider<? extends T> provider = constructors.providerOf(type);
        return () -> noted(provider.get());
    }

    private <T> T noted(T object) {
        if (object instanceof AutoCloseable closeable) {
            synchronized (this) {
                closeables.add(closeable);
            }
        }
        return object;
    }

    /** Those of the objects that are to be closed. */
    synchronized List<AutoCloseable> closeables() {
        return List.copyOf(closeables);
    }
}
