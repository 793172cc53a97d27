package dev.onchange.cdi;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.BeanContainer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the listeners with the container, after the application's own observers of {@link Startup}, and stops them
 * before it shuts down. What they connect with is a bean of the application: a {@link ChangeListenersBuilder}, or else a
 * {@link MongoClient} of the reactive driver.
 */
@Singleton
public class ListenersBean {

    private static final Logger LOG = LoggerFactory.getLogger(ListenersBean.class);

    private final BeanContainer beans;
    private final Instance<ChangeListenersBuilder> builders;
    private final Instance<MongoClient> clients;
    private final RequestCalls calls;
    private volatile @Nullable Started started;

    /** @param all for any bean: Quarkus removes those that nobody injects, unless somebody could look them up */
    @Inject
    ListenersBean(
            BeanContainer beans,
            @Any Instance<Object> all,
            Instance<ChangeListenersBuilder> builders,
            Instance<MongoClient> clients) {
        this.beans = beans;
        this.builders = builders;
        this.clients = clients;
        this.calls = all.select(RequestCalls.class).get();
    }

    /**
     * The listeners at work, for whoever asks an {@code Instance<ChangeListeners>} while they are.
     *
     * @throws IllegalStateException if they are not
     */
    @Produces
    ChangeListeners listeners() {
        Started present = started;
        if (present == null) {
            throw new IllegalStateException("The change listeners are not running: they start with the container, after"
                    + " its observers of Startup, and only if a bean has a method with @OnChange. Where they are"
                    + " injected, take an Instance<ChangeListeners> and ask it when they are needed.");
        }
        return present.listeners();
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) Startup startup) {
        CdiHandlerBeans handlers = new CdiHandlerBeans(beans);
        if (handlers.types().isEmpty()) {
            LOG.info("No bean has a method with @OnChange: there is nothing to listen to");
            return;
        }
        try {
            ChangeListeners listeners = builder()
                    .types(handlers.types().toArray(Class<?>[]::new))
                    .instances(handlers)
                    .orPlaceholders(ConfigPlaceholders.present())
                    .interceptor(RequestCalls.around(calls))
                    .start();
            started = new Started(listeners, handlers);
        } catch (RuntimeException | Error e) {
            handlers.close();
            throw e;
        }
    }

    void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) Shutdown shutdown) {
        close();
    }

    /** Where a container ends without saying so before. */
    @PreDestroy
    void close() {
        Started present = started;
        if (present != null) {
            started = null;
            present.close();
        }
    }

    private ChangeListenersBuilder builder() {
        if (!builders.isUnsatisfied()) {
            return builders.get();
        }
        if (clients.isUnsatisfied()) {
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.SERVER_UNAVAILABLE,
                    "ChangeListeners",
                    "The container has neither a ChangeListenersBuilder nor a MongoClient of the reactive driver.",
                    "Add a producer method: @Produces ChangeListenersBuilder listeners() { return"
                            + " ChangeListeners.builder(…).database(…); }")));
        }
        return ChangeListeners.builder(clients.get());
    }

    private record Started(ChangeListeners listeners, CdiHandlerBeans beans) implements AutoCloseable {
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
