package dev.onchange.plugin;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the handlers of plug-ins tell the test; shared by all class loaders. */
public final class Seen {

    final List<String> told = new CopyOnWriteArrayList<>();
    final List<WeakReference<Class<?>>> classes = new CopyOnWriteArrayList<>();

    public void tell(String what) {
        told.add(what);
    }

    /** Does not keep the class. */
    public void remember(Class<?> type) {
        if (classes.stream().noneMatch(known -> known.get() == type)) {
            classes.add(new WeakReference<>(type));
        }
    }
}
