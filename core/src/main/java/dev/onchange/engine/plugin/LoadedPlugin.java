package dev.onchange.engine.plugin;

import dev.onchange.plugin.Plugin;
import dev.onchange.plugin.PluginContext;
import dev.onchange.plugin.Plugins;
import java.io.IOException;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The classes of a plug-in in their class loader, and the objects that were made of them, until it is closed. */
final class LoadedPlugin implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

    /** By this name handlers are told apart in messages. */
    private static final String LOADER_NAME = "plug-in ";

    private final String name;
    private final PluginCopy copy;
    private final URLClassLoader loader;
    private final MadeInstances made;
    private final List<AutoCloseable> services = new ArrayList<>();
    private final List<Object> objects = new ArrayList<>();

    private LoadedPlugin(String name, PluginCopy copy, URLClassLoader loader, MadeInstances made) {
        this.name = name;
        this.copy = copy;
        this.loader = loader;
        this.made = made;
    }

    /**
     * Loads a plug-in and lets it make its objects.
     *
     * @param parent of its class loader
     * @throws Exception why it cannot be used, any {@link Error} apart; then nothing of it is left
     */
    static LoadedPlugin of(PluginFiles files, ClassLoader parent, PluginHost host, List<Object> known)
            throws Exception {
        String name = PluginFiles.nameOf(files.jar());
        PluginCopy copy = PluginCopy.of(files);
        LoadedPlugin plugin = new LoadedPlugin(
                name,
                copy,
                new URLClassLoader(LOADER_NAME + name, copy.urls(), parent),
                new MadeInstances(host.client(), known));
        try {
            plugin.askServices(new PluginContext(name, host.client(), host.database(), plugin.made));
            return plugin;
        } catch (Exception | Error e) {
            plugin.close();
            throw e;
        }
    }

    PluginCode code() {
        return new PluginCode(name, loader, copy.main(), objects, made.preferring(objects.toArray()));
    }

    private void askServices(PluginContext context) throws Exception {
        try (ContextLoader.Stay stay = new ContextLoader(loader).enter()) {
            // Those of the parents are somebody else's.
            List<ServiceLoader.Provider<Plugin>> own = ServiceLoader.load(Plugin.class, loader).stream()
                    .filter(provider -> provider.type().getClassLoader() == loader)
                    .toList();
            for (ServiceLoader.Provider<Plugin> provider : own) {
                Plugin service = provider.get();
                services.add(service);
                objects.addAll(service.handlers(context));
            }
        }
    }

    /** To be called when none of its handlers runs any more. */
    @Override
    public void close() {
        try (ContextLoader.Stay stay = new ContextLoader(loader).enter()) {
            made.closeables().forEach(this::close);
            services.forEach(this::close);
        }
        try {
            loader.close();
        } catch (IOException e) {
            LOG.warn("The class loader of the plug-in {} did not close", name, e);
        }
        copy.close();
    }

    private void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Throwable e) {
            // The others are to be closed too.
            LOG.warn("{} of the plug-in {} did not close", closeable.getClass().getName(), name, e);
        }
    }
}
