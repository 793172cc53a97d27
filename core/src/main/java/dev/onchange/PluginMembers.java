package dev.onchange;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.plugin.PluginCode;
import dev.onchange.plugin.PluginDirectory;
import dev.onchange.plugin.PluginHost;
import dev.onchange.plugin.Plugins;
import dev.onchange.status.ListenerEvent;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/** Plug-ins among the other handlers. */
final class PluginMembers implements PluginHost {

    private final Operations operations;
    private final Events events;
    private final Plugins plugins;
    private final @Nullable PluginDirectory directory;

    private PluginMembers(Configuration configuration, Operations operations) {
        this.operations = operations;
        this.events = new Events(configuration.listener);
        this.plugins = new Plugins(this, operations.classLoader(), configuration.pluginObjects);
        this.directory = configuration.pluginDirectory == null
                ? null
                : new PluginDirectory(
                        configuration.pluginDirectory, plugins, Configuration.PLUGIN_INTERVAL, configuration.clock);
    }

    /** Takes those of the folder, if one was named, and follows it. */
    static PluginMembers start(Configuration configuration, Operations operations) {
        PluginMembers members = new PluginMembers(configuration, operations);
        if (members.directory != null) {
            members.directory.start(Schedulers.boundedElastic());
        }
        return members;
    }

    Plugins all() {
        return plugins;
    }

    /** Lets the classes go when nothing runs any more. */
    void close(Runnable listeners) {
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
