package dev.onchange.spring;

import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Interceptor;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.PositionsStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.ClassUtils;

/**
 * Starts the listeners when all beans are there, and stops them before any is destroyed, the client included. What
 * happens to streams and handlers is published as an application event, a
 * {@link dev.onchange.status.ListenerEvent}, on the thread where it happens: an {@code @EventListener} must not block.
 * Beans of {@link Interceptor} stand around every call of a handler.
 *
 * <p>Where contexts have parents, the listeners are those of the uppermost context with the auto-configuration. They call
 * the handlers of that context, of each context below it from when it has been refreshed until it is stopped, and of the
 * contexts above it; of these, where several contexts below have listeners, the first that starts calls them.
 *
 * <p>Safe for use by several threads.
 */
@SuppressWarnings("exports") // the framework is required where it is used
public final class ChangeListenersLifecycle implements SmartLifecycle, ApplicationListener<ContextRefreshedEvent> {

    /** Late, so that what handlers use has started, and stops after them; with room for who must be even later. */
    public static final int PHASE = DEFAULT_PHASE - 100;

    private static final ListenersStatus NOTHING =
            new ListenersStatus(List.of(), List.of(), new PositionsStatus(PositionsStatus.Phase.SAVED, null));
    private static final Logger LOG = LoggerFactory.getLogger(ChangeListenersLifecycle.class);

    private static final String CONVERTER = "org.springframework.data.mongodb.core.convert.MongoConverter";

    private final ConfigurableApplicationContext context;
    private final OnChangeProperties properties;
    private final Set<ChildHandlers> children = new LinkedHashSet<>();
    private boolean wanted;
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
        wanted = true;
        if (started == null) {
            ParentContexts parents = new ParentContexts(context, this::stop);
            try {
                start(parents);
            } finally {
                if (started == null) {
                    parents.close();
                }
            }
        }
    }

    private void start(ParentContexts parents) {
        List<ConfigurableListableBeanFactory> all = new ArrayList<>(parents.claim());
        all.add(0, context.getBeanFactory());
        SpringHandlerBeans beans = new SpringHandlerBeans(all);
        List<ChangeListenersCustomizer> customizers = context.getBeanProvider(ChangeListenersCustomizer.class)
                .orderedStream()
                .toList();
        boolean alone = beans.isEmpty() && customizers.isEmpty() && properties.plugins() == null;
        if (alone && children.isEmpty()) {
            LOG.info("No bean has a method with @OnChange: there is nothing to listen to");
            return;
        }
        try {
            Started begun = new Started(builder(beans, customizers).start(), beans, parents, alone);
            started = begun;
            children.forEach(child -> child.register(begun.listeners()));
        } catch (RuntimeException | Error e) {
            if (started == null) {
                beans.close();
            } else {
                stop();
            }
            throw e;
        }
    }

    @Override
    public synchronized void stop() {
        wanted = false;
        end();
    }

    private void end() {
        Started present = started;
        if (present != null) {
            started = null;
            try {
                present.close();
            } finally {
                children.forEach(ChildHandlers::unregister);
            }
        }
    }

    /** Lets the handlers of a context below take part. */
    synchronized void join(ChildHandlers child) {
        children.add(child);
        try {
            Started present = started;
            if (present != null) {
                child.register(present.listeners());
            } else if (wanted) {
                start();
            }
        } catch (RuntimeException | Error e) {
            children.remove(child);
            throw e;
        }
    }

    /** Lets the handlers of a context below take part no longer. */
    synchronized void leave(ChildHandlers child) {
        children.remove(child);
        child.unregister();
        Started present = started;
        if (present != null && present.forChildrenOnly() && children.isEmpty()) {
            end();
        }
    }

    /** Follows the contexts below. */
    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        if (event.getApplicationContext() instanceof ConfigurableApplicationContext child && isFollowed(child)) {
            new ChildHandlers(child, this).follow();
        }
    }

    private boolean isFollowed(ConfigurableApplicationContext child) {
        for (ApplicationContext each = child; each != context; each = each.getParent()) {
            if (each == null || each.getBeanNamesForType(ChangeListenersLifecycle.class, true, false).length > 0) {
                return false;
            }
        }
        return child != context && OnChangeProperties.enabledIn(child);
    }

    @Override
    public boolean isAutoStartup() {
        return properties.autoStartup();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private ChangeListenersBuilder builder(SpringHandlerBeans beans, List<ChangeListenersCustomizer> customizers) {
        ConfigurableListableBeanFactory factory = context.getBeanFactory();
        ListenersSource source = new ListenersSource(factory, properties.client());
        ChangeListenersBuilder builder = source.builder()
                .types(beans.types())
                .instances(beans)
                .placeholders(context.getEnvironment()::getProperty)
                .classLoader(Objects.requireNonNull(context.getClassLoader()))
                .listener(context::publishEvent);
        context.getBeanProvider(Interceptor.class).orderedStream().forEach(builder::interceptor);
        context.getBeanProvider(CheckpointStore.class).ifUnique(builder::checkpoints);
        context.getBeanProvider(DeadLetterStore.class).ifUnique(builder::deadLetters);
        boolean springData = ClassUtils.isPresent(CONVERTER, context.getClassLoader());
        builder.payloadCodecsFor(new PayloadMappings(factory, springData)::of);
        if (springData) {
            withSpringData(builder, source, beans);
        }
        if (!children.isEmpty()) {
            builder.allowNoHandlers();
        }
        if (Threading.VIRTUAL.isActive(context.getEnvironment())) {
            builder.virtualThreads();
        }
        properties.applyTo(builder);
        customizers.forEach(customizer -> customizer.customize(builder));
        return builder;
    }

    private void withSpringData(ChangeListenersBuilder builder, ListenersSource source, SpringHandlerBeans beans) {
        if (properties.payloads() == OnChangeProperties.Payloads.SPRING_DATA) {
            SpringDataParts.readBy(context.getBeanFactory(), builder);
        }
        if (source.isShared()) {
            SpringDataParts.joinTransactions(context.getBeanFactory(), builder);
        } else {
            SpringDataParts.outsideOfTransactions(context.getBeanFactory(), beans.types())
                    .forEach(notice -> LOG.warn("{}", notice));
        }
    }

    /** @param forChildrenOnly whether there is nothing else to listen to than the handlers of contexts below */
    private record Started(
            ChangeListeners listeners, SpringHandlerBeans beans, ParentContexts parents, boolean forChildrenOnly)
            implements AutoCloseable {
        @Override
        public void close() {
            try {
                listeners.close();
            } finally {
                beans.close();
                parents.close();
            }
        }
    }
}
