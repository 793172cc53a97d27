package dev.onchange.engine.plugin;

import static java.util.Objects.requireNonNull;

import com.mongodb.MongoException;
import dev.onchange.OnChangeException;
import dev.onchange.plugin.Plugins;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.PluginStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The plug-ins that are loaded or refused, by name; exchanges them one after the other. */
public final class PluginRegistry implements Plugins {

    private final PluginHost host;
    private final ClassLoader parent;
    private final List<Object> known;
    private final Map<String, Member> members = new ConcurrentSkipListMap<>();
    private boolean closed;

    /**
     * A plug-in that there is.
     *
     * @param loaded null if it was refused
     */
    private record Member(@Nullable LoadedPlugin loaded, PluginStatus status) {}

    /**
     * None yet.
     *
     * @param parent of their class loaders
     * @param known what the constructors of handlers may take, beside the client
     */
    public PluginRegistry(PluginHost host, ClassLoader parent, List<Object> known) {
        this.host = host;
        this.parent = parent;
        this.known = List.copyOf(known);
    }

    @Override
    public List<PluginStatus> status() {
        return members.values().stream().map(Member::status).toList();
    }

    @Override
    public void add(Path jar) {
        load(requireNonNull(jar, "jar"), false);
    }

    @Override
    public void replace(Path jar) {
        load(requireNonNull(jar, "jar"), true);
    }

    @Override
    public synchronized void remove(String name) {
        Member member = members.get(requireNonNull(name, "name"));
        if (member == null) {
            throw new OnChangeException(List.of(absent(name)));
        }
        if (!closed) {
            host.remove(member.status().handlerIds());
        }
        if (member.loaded() != null) {
            member.loaded().close();
            host.tell(new ListenerEvent.PluginRemoved(name));
        }
        // Whoever sees the status has been told before.
        members.remove(name);
    }

    /** Lets go of all classes; to be called when the listeners are closed. */
    public synchronized void close() {
        closed = true;
        List.copyOf(members.keySet()).forEach(this::remove);
    }

    private synchronized void load(Path jar, boolean replacing) {
        if (closed) {
            throw new IllegalStateException("The listeners are closed; start new ones.");
        }
        String name = PluginFiles.nameOf(jar);
        Member before = members.get(name);
        boolean active = before != null && before.loaded() != null;
        if (replacing && before == null) {
            throw new OnChangeException(List.of(absent(name)));
        }
        if (!replacing && active) {
            throw new OnChangeException(List.of(present(name)));
        }
        try {
            take(name, jar, before);
        } catch (OnChangeException refusal) {
            refused(name, before, refusal);
            throw refusal;
        }
    }

    private void take(String name, Path jar, @Nullable Member before) {
        LoadedPlugin loaded = loaded(name, jar);
        List<String> ids;
        try {
            List<String> leaving = before == null ? List.of() : before.status().handlerIds();
            ids = host.exchange(leaving, loaded.code());
        } catch (OnChangeException refusal) {
            loaded.close();
            throw refusal;
        } catch (MongoException e) {
            loaded.close();
            throw new OnChangeException(List.of(unserved(name, e)), e);
        } catch (Throwable e) {
            loaded.close();
            throw new OnChangeException(List.of(unusable(name, e)), e);
        }
        if (before != null && before.loaded() != null) {
            before.loaded().close();
            host.tell(new ListenerEvent.PluginReplaced(name, ids));
        } else {
            host.tell(new ListenerEvent.PluginAdded(name, ids));
        }
        members.put(name, new Member(loaded, new PluginStatus(name, PluginStatus.Phase.ACTIVE, ids, null)));
    }

    private LoadedPlugin loaded(String name, Path jar) {
        try {
            if (!Files.isRegularFile(jar)) {
                throw new IOException("there is no file " + jar);
            }
            return LoadedPlugin.of(PluginFiles.of(jar), parent, host, known);
        } catch (OnChangeException refusal) {
            throw refusal;
        } catch (Throwable e) {
            // Foreign code may throw anything.
            throw new OnChangeException(List.of(unusable(name, e)), e);
        }
    }

    private void refused(String name, @Nullable Member before, OnChangeException refusal) {
        LoadedPlugin going = before == null ? null : before.loaded();
        List<String> ids =
                before == null ? List.of() : new ArrayList<>(before.status().handlerIds());
        PluginStatus.Phase phase = going == null ? PluginStatus.Phase.REFUSED : PluginStatus.Phase.OUTDATED;
        if (before == null || !isSame(before.status().refusal(), refusal)) {
            host.tell(new ListenerEvent.PluginRefused(name, refusal));
        }
        members.put(name, new Member(going, new PluginStatus(name, phase, ids, refusal)));
    }

    /** What is tried again and again is told once. */
    private static boolean isSame(@Nullable Throwable before, Throwable now) {
        return before != null && Objects.equals(before.getMessage(), now.getMessage());
    }

    private static Problem unserved(String name, MongoException cause) {
        return new Problem(
                ProblemCode.SERVER_UNAVAILABLE,
                "plug-in " + name,
                "the server could not be asked: " + cause.getMessage() + ".",
                "A plug-in of a folder that is followed is tried again; else add it again when the server is back.");
    }

    private static Problem unusable(String name, Throwable cause) {
        return new Problem(
                ProblemCode.PLUGIN_UNUSABLE,
                "plug-in " + name,
                "it cannot be loaded: " + text(cause) + ".",
                "Provide a whole jar with all that its classes need, in it or in the folder " + name + " beside it.");
    }

    private static String text(Throwable cause) {
        try {
            return cause.toString();
        } catch (Throwable e) {
            return cause.getClass().getName();
        }
    }

    private static Problem present(String name) {
        return new Problem(
                ProblemCode.PLUGIN_NAME,
                "plug-in " + name,
                "there is a plug-in of this name already.",
                "Replace it, or give the jar another name.");
    }

    private Problem absent(String name) {
        return new Problem(
                ProblemCode.PLUGIN_NAME,
                "plug-in " + name,
                "there is no plug-in of this name.",
                "Those that there are: " + String.join(", ", members.keySet()) + ".");
    }
}
