package dev.onchange.engine.plugin;

import dev.onchange.inject.Instances;
import java.nio.file.Path;
import java.util.List;

/**
 * The classes of a plug-in, loaded.
 *
 * @param name of the plug-in
 * @param loader loads them
 * @param jar where they are
 * @param objects that have handlers
 * @param instances supplies the objects of the other handler classes
 */
public record PluginCode(String name, ClassLoader loader, Path jar, List<Object> objects, Instances instances) {

    public PluginCode {
        objects = List.copyOf(objects);
    }

    /** In which its code is to run. */
    public ContextLoader context() {
        return new ContextLoader(loader);
    }
}
