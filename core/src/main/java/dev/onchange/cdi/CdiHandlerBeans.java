package dev.onchange.cdi;

import dev.onchange.OnChangeException;
import dev.onchange.inject.HandlerClasses;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.AmbiguousResolutionException;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanContainer;
import jakarta.inject.Provider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beans of a container that have handlers, told by their classes, so that none is made to find out. Handlers are
 * called through what the container hands out: the client proxy of a normal scope, which finds the object of each call.
 * A {@code @Dependent} bean is made once for the listeners, as if it had been injected into them, and destroyed with
 * them.
 */
final class CdiHandlerBeans implements Instances, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CdiHandlerBeans.class);

    private final BeanContainer container;
    private final Map<Class<?>, Set<Bean<?>>> beans = new LinkedHashMap<>();
    private final Map<Class<?>, Object> references = new ConcurrentHashMap<>();
    private final List<Runnable> endings = new CopyOnWriteArrayList<>();

    CdiHandlerBeans(BeanContainer container) {
        this.container = container;
        // Not by an Instance<Object>: where one bean is an alternative, that hides all others (seen with Weld).
        for (Bean<?> bean : container.getBeans(Object.class, Any.Literal.INSTANCE)) {
            handlerClass(bean)
                    .ifPresent(type ->
                            beans.computeIfAbsent(type, any -> new HashSet<>()).add(bean));
        }
    }

    /** The users' classes that have handlers. */
    List<Class<?>> types() {
        return List.copyOf(beans.keySet());
    }

    @Override
    public Object instanceOf(Class<?> type) {
        return providerOf(type).get();
    }

    @Override
    public <T> Provider<? extends T> providerOf(Class<T> type) {
        Bean<?> bean = beanOf(type);
        // A reference stays: a client proxy finds the object by itself, and the others live as long as the container.
        @SuppressWarnings("unchecked")
        Provider<T> provider = () -> (T) references.computeIfAbsent(type, any -> reference(bean, type));
        return provider;
    }

    @Override
    public void close() {
        endings.forEach(Runnable::run);
        endings.clear();
        references.clear();
    }

    private <B> Object reference(Bean<B> bean, Class<?> type) {
        CreationalContext<B> context = container.createCreationalContext(bean);
        Object reference = container.getReference(bean, type, context);
        if (bean.getScope() == Dependent.class) {
            // Not by releasing the context: that of ArC does not know the object (seen with 3.38).
            @SuppressWarnings("unchecked")
            B dependent = (B) reference;
            endings.add(() -> bean.destroy(dependent, context));
        }
        return reference;
    }

    private Bean<?> beanOf(Class<?> type) {
        Set<Bean<?>> known = beans.getOrDefault(type, Set.of());
        if (known.isEmpty()) {
            throw new OnChangeException(List.of(unknown(type)));
        }
        try {
            return Objects.requireNonNull(container.resolve(known));
        } catch (AmbiguousResolutionException e) {
            throw new OnChangeException(List.of(ambiguous(type, known)), e);
        }
    }

    private static Optional<Class<?>> handlerClass(Bean<?> bean) {
        try {
            Class<?> type = bean.getBeanClass();
            boolean classBean = bean.getTypes().contains(type);
            return classBean ? Optional.<Class<?>>of(type).filter(HandlerClasses::hasHandlers) : produced(bean);
        } catch (LinkageError | TypeNotPresentException e) {
            // An optional part of some library; the container itself can do without it.
            LOG.debug("The bean {} is not looked at: its class cannot be read", bean, e);
            return Optional.empty();
        }
    }

    /** The narrowest class with handlers of what a producer method makes. */
    private static Optional<Class<?>> produced(Bean<?> bean) {
        List<Class<?>> types = new ArrayList<>();
        bean.getTypes().stream()
                .filter(Class.class::isInstance)
                .map(type -> (Class<?>) type)
                .filter(HandlerClasses::hasHandlers)
                .forEach(types::add);
        return types.stream()
                .filter(type -> types.stream().noneMatch(other -> other != type && type.isAssignableFrom(other)))
                .findFirst();
    }

    private static Problem unknown(Class<?> type) {
        return new Problem(
                ProblemCode.OBJECT_NOT_SUPPLIED,
                type.getName(),
                "The container has no bean of this class.",
                "Give it a bean-defining annotation such as @ApplicationScoped, in an archive with beans.");
    }

    private static Problem ambiguous(Class<?> type, Set<Bean<?>> known) {
        return new Problem(
                ProblemCode.OBJECT_NOT_SUPPLIED,
                type.getName(),
                "The container has " + known.size()
                        + " beans of this class, and the position of a handler can belong to" + " one only.",
                "Leave one, or write a class for each with ids of its own.");
    }
}
