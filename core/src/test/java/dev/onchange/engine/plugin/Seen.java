package dev.onchange.engine.plugin;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** What the handlers of plug-ins tell the test; shared by all class loaders. */
public final class Seen {

    final List<String> told = new CopyOnWriteArrayList<>();
    final CountDownLatch go = new CountDownLatch(1);
    final List<WeakReference<Class<?>>> classes = new CopyOnWriteArrayList<>();

    public void tell(String what) {
        told.add(what);
    }

    /** Tells, and waits to be let go. */
    public void tellAndWait(String what) throws InterruptedException {
        tell(what);
        go.await();
    }

    /** Does not keep the class. */
    public void remember(Class<?> type) {
        if (classes.stream().noneMatch(known -> known.get() == type)) {
            classes.add(new WeakReference<>(type));
        }
    }
}
