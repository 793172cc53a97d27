package dev.onchange.spring;

import dev.onchange.ChangeListeners;
import dev.onchange.Interceptor;
import dev.onchange.Registration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The handlers of a context below the one with the listeners: they take part while their context runs. A bean of that
 * context, so that they go before what they use does.
 */
final class ChildHandlers implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListenersLifecycle.class);

    private final ConfigurableApplicationContext child;
    private final ChangeListenersLifecycle lifecycle;
    private volatile boolean running;
    private @Nullable SpringHandlerBeans beans;
    private @Nullable Registration registration;

    ChildHandlers(ConfigurableApplicationContext child, ChangeListenersLifecycle lifecycle) {
        this.child = child;
        this.lifecycle = lifecycle;
    }

    /** Lets them take part from now on, if there are any. */
    void follow() {
        if (new SpringHandlerBeans(List.of(child.getBeanFactory())).isEmpty()) {
            return;
        }
        warnOf(ChangeListenersCustomizer.class);
        warnOf(Interceptor.class);
        child.getBeanFactory().registerSingleton(ChildHandlers.class.getName(), this);
        start();
    }

    private void warnOf(Class<?> type) {
        String[] names = child.getBeanFactory().getBeanNamesForType(type, true, false);
        if (names.length > 0) {
            LOG.warn(
                    "{} of {} is not asked, as its handlers are called by the listeners of a context above it: declare it"
                            + " there",
                    String.join(", ", names),
                    child.getDisplayName());
        }
    }

    @Override
    public void start() {
        if (!running) {
            lifecycle.join(this);
            running = true;
        }
    }

    @Override
    public void stop() {
        if (running) {
            running = false;
            lifecycle.leave(this);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return ChangeListenersLifecycle.PHASE;
    }

    /** Called by the lifecycle, one call after the other. */
    void register(ChangeListeners listeners) {
        SpringHandlerBeans found = new SpringHandlerBeans(List.of(child.getBeanFactory()));
        try {
            registration = listeners.register(found, child.getEnvironment()::getProperty, found.types());
            beans = found;
        } catch (RuntimeException | Error e) {
            found.close();
            throw e;
        }
    }

    /** Called by the lifecycle; harmless if they take no part. */
    void unregister() {
        Registration present = registration;
        SpringHandlerBeans made = beans;
        registration = null;
        beans = null;
        try {
            if (present != null) {
                present.close();
            }
        } finally {
            if (made != null) {
                made.close();
            }
        }
    }
}
