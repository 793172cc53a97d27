package dev.onchange.engine;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.engine.plugin.PluginCode;
import dev.onchange.engine.plugin.PluginDirectory;
import dev.onchange.engine.plugin.PluginHost;
import dev.onchange.engine.plugin.PluginRegistry;
import dev.onchange.engine.timing.Timing;
import dev.onchange.plugin.Plugins;
import dev.onchange.status.ListenerEvent;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connects the registry of plug-ins with the engine. */
public final class PluginBridge implements PluginHost {

    private final ListenerEngine engine;
    private final EventPublisher events;
    private final PluginRegistry plugins;
    private final @Nullable PluginDirectory directory;

    private PluginBridge(EngineConfiguration configuration, ListenerEngine engine) {
        this.engine = engine;
        this.events = new EventPublisher(configuration.observers(), configuration.clock);
        this.plugins = new PluginRegistry(this, engine.classLoader(), configuration.pluginObjects);
        this.directory = configuration.pluginDirectory == null
                ? null
                : new PluginDirectory(
                        configuration.pluginDirectory,
                        plugins,
                        EngineConfiguration.PLUGIN_INTERVAL,
                        Timing.onSharedSchedulers(configuration.clock, configuration.random));
    }

    /** Loads the plug-ins of the directory, if one was named, and watches it. */
    public static PluginBridge start(EngineConfiguration configuration, ListenerEngine engine) {
        PluginBridge bridge = new PluginBridge(configuration, engine);
        if (bridge.directory != null) {
            bridge.directory.start(engine.backgroundScheduler());
        }
        return bridge;
    }

    public Plugins all() {
        return plugins;
    }

    /** Unloads the classes when no handler runs any more. */
    public void close(Runnable listeners) {
        if (directory != null) {
            directory.close();
        }
        try {
            listeners.run();
        } finally {
            plugins.close();
        }
    }

    @Override
    public MongoClient client() {
        return engine.client();
    }

    @Override
    public String database() {
        return engine.database();
    }

    @Override
    public List<String> exchange(Collection<String> leaving, PluginCode arriving) {
        return engine.exchange(leaving, arriving);
    }

    @Override
    public void remove(Collection<String> leaving) {
        engine.remove(leaving);
    }

    @Override
    public void tell(ListenerEvent event) {
        events.tell(event);
    }
}
