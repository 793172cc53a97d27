package dev.onchange.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/**
 * The contexts above the one with the listeners. None of them has listeners, else the one below would have none, so their
 * handlers are called by the first of the contexts below that start.
 */
final class ParentContexts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListenersLifecycle.class);
    private static final String CLAIM = "dev.onchange.spring.handlersCalledBy";

    private final ConfigurableApplicationContext context;
    private final ApplicationListener<ContextClosedEvent> end;
    private final List<ConfigurableApplicationContext> claimed = new ArrayList<>();

    /** @param end called when one of them is closed before the listeners are */
    ParentContexts(ConfigurableApplicationContext context, Runnable end) {
        this.context = context;
        this.end = event -> {
            if (claimed.contains(event.getApplicationContext())) {
                end.run();
            }
        };
    }

    /** Which of the contexts calls the handlers that a context defines; kept in that as a bean. */
    private static final class Claim {
        private final AtomicReference<@Nullable ApplicationContext> owner = new AtomicReference<>();
    }

    /** The beans of those whose handlers nobody else calls; from now on nobody else will. */
    List<ConfigurableListableBeanFactory> claim() {
        for (ApplicationContext each = context.getParent(); each != null; each = each.getParent()) {
            if (each instanceof ConfigurableApplicationContext parent && OnChangeProperties.enabledIn(parent)) {
                claim(parent);
            }
        }
        return claimed.stream()
                .map(ConfigurableApplicationContext::getBeanFactory)
                .toList();
    }

    private void claim(ConfigurableApplicationContext parent) {
        if (new SpringHandlerBeans(List.of(parent.getBeanFactory())).isEmpty()) {
            return;
        }
        AtomicReference<@Nullable ApplicationContext> owner = claimOf(parent.getBeanFactory()).owner;
        if (owner.compareAndSet(null, context)) {
            claimed.add(parent);
            parent.addApplicationListener(end);
            LOG.info(
                    "The handlers of {}, which has no listeners, are called by those of {}",
                    parent.getDisplayName(),
                    context.getDisplayName());
        } else {
            LOG.info("The handlers of {} are called by another context below it already", parent.getDisplayName());
        }
    }

    private static Claim claimOf(ConfigurableListableBeanFactory beans) {
        synchronized (beans) {
            if (!beans.containsSingleton(CLAIM)) {
                beans.registerSingleton(CLAIM, new Claim());
            }
            return beans.getBean(CLAIM, Claim.class);
        }
    }

    @Override
    public void close() {
        for (ConfigurableApplicationContext parent : claimed) {
            parent.removeApplicationListener(end);
            if (parent.isActive()) {
                claimOf(parent.getBeanFactory()).owner.set(null);
            }
        }
        claimed.clear();
    }
}
