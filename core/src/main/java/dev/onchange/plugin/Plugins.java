package dev.onchange.plugin;

import dev.onchange.OnChangeException;
import dev.onchange.status.PluginStatus;
import java.nio.file.Path;
import java.util.List;

/**
 * What a user asks {@link dev.onchange.ChangeListeners#plugins} for: the plug-ins of running listeners. A plug-in is a
 * jar, which is copied before it is loaded, and named after its file. Its handlers are found by the index that the annotation processor wrote, else by a scan of that jar alone, and among
 * the objects of its {@link Plugin} services; objects of handler classes are made by their constructors. Its class
 * loader is a child of the application's and asks that first; it also sees jars in the jar, in {@code lib} or
 * {@code META-INF/lib}, and those in a folder beside it that is called like the plug-in.
 *
 * <p>A plug-in that is removed finishes what is in flight; its handlers' positions are kept for when it comes back. One
 * that is replaced goes on where it stood. What is wrong with one plug-in harms no other.
 *
 * <p>Safe for use by several threads; the methods that change something block until it is done, one after the other.
 */
public interface Plugins {

    /** How each fares, by name. */
    List<PluginStatus> status();

    /**
     * Adds a plug-in and returns once its handlers receive changes.
     *
     * @throws OnChangeException if there is one of its name already, or it is refused; {@link #status} says so too
     */
    void add(Path jar);

    /**
     * Puts a plug-in in the place of the one of its name, and returns once its handlers receive changes.
     *
     * @throws OnChangeException if there is none of its name, or it is refused; then the one that there is goes on
     */
    void replace(Path jar);

    /**
     * Removes a plug-in and returns once its handlers have finished what was in flight; its classes can be collected
     * then.
     *
     * @throws OnChangeException if there is none of that name
     */
    void remove(String name);
}
