package dev.onchange.engine;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.engine.plugin.PluginCode;
import dev.onchange.engine.plugin.PluginDirectory;
import dev.onchange.engine.plugin.PluginHost;
import dev.onchange.engine.plugin.PluginRegistry;
import dev.onchange.plugin.Plugins;
import dev.onchange.status.ListenerEvent;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plug-ins among the other handlers. */
public final class PluginBridge implements PluginHost {

    private final ListenerEngine operations;
    private final EventPublisher events;
    private final PluginRegistry plugins;
    private final @Nullable PluginDirectory directory;

    private PluginBridge(EngineConfiguration configuration, ListenerEngine operations) {
        this.operations = operations;
        this.events = new EventPublisher(configuration.listener);
        this.plugins = new PluginRegistry(this, operations.classLoader(), configuration.pluginObjects);
        this.directory = configuration.pluginDirectory == null
                ? null
                : new PluginDirectory(
                        configuration.pluginDirectory,
                        plugins,
                        EngineConfiguration.PLUGIN_INTERVAL,
                        configuration.clock);
    }

    /** Takes those of the folder, if one was named, and follows it. */
    public static PluginBridge start(EngineConfiguration configuration, ListenerEngine operations) {
        PluginBridge members = new PluginBridge(configuration, operations);
        if (members.directory != null) {
            members.directory.start(operations.backgroundScheduler());
        }
        return members;
    }

    public Plugins all() {
        return plugins;
    }

    /** Lets the classes go when nothing runs any more. */
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
        return operations.client();
    }

    @Override
    public String database() {
        return operations.database();
    }

    @Override
    public List<String> exchange(Collection<String> leaving, PluginCode arriving) {
        return operations.exchange(leaving, arriving);
    }

    @Override
    public void remove(Collection<String> leaving) {
        operations.remove(leaving);
    }

    @Override
    public void tell(ListenerEvent event) {
        events.tell(event);
    }
}
