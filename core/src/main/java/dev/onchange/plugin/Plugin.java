package dev.onchange.plugin;

import java.util.Collection;

/**
 * Constructs the handlers of a plug-in; implemented by plug-ins for which constructors do not suffice. A jar names its implementations in
 * {@code META-INF/services/dev.onchange.plugin.Plugin}; each has a public constructor without parameters.
 */
public interface Plugin extends AutoCloseable {

    /**
     * The objects whose methods with {@code @OnChange} are handlers.
     *
     * @throws Exception why the plug-in cannot be used; it is then refused
     */
    Collection<?> handlers(PluginContext context) throws Exception;

    /** Lets go what the handlers held; called when none of them runs any more. */
    @Override
    default void close() throws Exception {}
}
