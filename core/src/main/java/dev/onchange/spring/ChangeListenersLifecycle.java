package dev.onchange.spring;

import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Interceptor;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.PositionsStatus;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the listeners when all beans are there, and stops them before any is destroyed, the client included. What
 * happens to streams and handlers is published as an application event, a
 * {@link dev.onchange.status.ListenerEvent}, on the thread where it happens: an {@code @EventListener} must not block.
 * Beans of {@link Interceptor} stand around every call of a handler.
 *
 * <p>Safe for use by several threads.
 */
public final class ChangeListenersLifecycle implements SmartLifecycle {

    /** Late, so that what handlers use has started, and stops after them; with room for who must be even later. */
    public static final int PHASE = DEFAULT_PHASE - 100;

    private static final ListenersStatus NOTHING =
            new ListenersStatus(List.of(), List.of(), new PositionsStatus(PositionsStatus.Phase.SAVED, null));
    private static final Logger LOG = LoggerFactory.getLogger(ChangeListenersLifecycle.class);

    private final ConfigurableApplicationContext context;
    private final OnChangeProperties properties;
    private volatile @Nullable Started started;

    ChangeListenersLifecycle(ConfigurableApplicationContext context, OnChangeProperties properties) {
        this.context = context;
        this.properties = properties;
    }

    /** Whether the listeners are at work; they are not if no bean has handlers. */
    @Override
    public boolean isRunning() {
        return started != null;
    }

    /**
     * The listeners at work; others after a restart of the context.
     *
     * @throws IllegalStateException if they are not at work
     */
    public ChangeListeners listeners() {
        Started present = started;
        if (present == null) {
            throw new IllegalStateException("The change listeners are not running: they start when all beans are there,"
                    + " and only if one has a method with @OnChange. Where they are injected, take an"
                    + " ObjectProvider<ChangeListeners> and ask it when they are needed.");
        }
        return present.listeners();
    }

    /** How the listeners fare; nothing is listed while they are not at work. */
    public ListenersStatus status() {
        Started present = started;
        return present == null ? NOTHING : present.listeners().status();
    }

    @Override
    public synchronized void start() {
        if (started != null) {
            return;
        }
        HandlerBeans beans = new HandlerBeans(context.getBeanFactory());
        List<ChangeListenersCustomizer> customizers = context.getBeanProvider(ChangeListenersCustomizer.class)
                .orderedStream()
                .toList();
        if (beans.types().isEmpty() && customizers.isEmpty() && properties.plugins() == null) {
            LOG.info("No bean has a method with @OnChange: there is nothing to listen to");
            return;
        }
        try {
            started = new Started(builder(beans, customizers).start(), beans);
        } catch (RuntimeException | Error e) {
            beans.close();
            throw e;
        }
    }

    @Override
    public synchronized void stop() {
        Started present = started;
        if (present != null) {
            started = null;
            present.close();
        }
    }

    @Override
    public boolean isAutoStartup() {
        return properties.autoStartup();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private ChangeListenersBuilder builder(HandlerBeans beans, List<ChangeListenersCustomizer> customizers) {
        ConfigurableListableBeanFactory factory = context.getBeanFactory();
        ChangeListenersBuilder builder = new ListenersSource(factory, properties.client())
                .builder()
                .types(beans.types().toArray(Class<?>[]::new))
                .instances(beans)
                .placeholders(context.getEnvironment()::getProperty)
                .classLoader(Objects.requireNonNull(context.getClassLoader()))
                .listener(context::publishEvent);
        context.getBeanProvider(Interceptor.class).orderedStream().forEach(builder::interceptor);
        if (Threading.VIRTUAL.isActive(context.getEnvironment())) {
            builder.virtualThreads();
        }
        properties.applyTo(builder);
        customizers.forEach(customizer -> customizer.customize(builder));
        return builder;
    }

    private record Started(ChangeListeners listeners, HandlerBeans beans) implements AutoCloseable {
        @Override
        public void close() {
            try {
                listeners.close();
            } finally {
                beans.close();
            }
        }
    }
}
