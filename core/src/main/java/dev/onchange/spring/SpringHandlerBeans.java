package dev.onchange.spring;

import dev.onchange.OnChangeException;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import jakarta.inject.Provider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The beans of a context that have handlers, told by their types, so that none is made to find out. Handlers are called
 * through the bean as the context hands it out, proxies included, and each call asks the bean's scope for it. A
 * prototype bean is made once for the listeners, as if it had been injected into them, and destroyed with them.
 */
final class SpringHandlerBeans implements Instances, AutoCloseable {

    private final Map<Class<?>, List<HandlerBean>> known = new LinkedHashMap<>();
    private final Map<HandlerBean, Object> prototypes = new ConcurrentHashMap<>();

    /** @param contexts whose own beans are meant, not those of their parents */
    SpringHandlerBeans(List<ConfigurableListableBeanFactory> contexts) {
        contexts.forEach(this::add);
    }

    private void add(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanNamesForType(Object.class, true, false)) {
            HandlerBean bean = new HandlerBean(beans, name);
            Class<?> type = bean.handlerClass();
            if (type != null) {
                known.computeIfAbsent(type, any -> new ArrayList<>()).add(bean);
            }
        }
    }

    /** The users' classes that have handlers, in the order in which the beans were defined. */
    Class<?>[] types() {
        return known.keySet().toArray(Class<?>[]::new);
    }

    boolean isEmpty() {
        return known.isEmpty();
    }

    @Override
    public Object instanceOf(Class<?> type) {
        return providerOf(type).get();
    }

    @Override
    public <T> Provider<? extends T> providerOf(Class<T> type) {
        // What is called is a method of the class or of an interface of the proxy: the proxy need not be of the class.
        @SuppressWarnings("unchecked")
        Provider<T> provider = (Provider<T>) providerOf(beanOf(type));
        return provider;
    }

    @Override
    public boolean isLazy(Class<?> type) {
        return known.containsKey(type) && beanOf(type).isLazy();
    }

    @Override
    public void close() {
        prototypes.forEach((bean, object) -> bean.beans().destroyBean(bean.name(), object));
        prototypes.clear();
    }

    private Provider<?> providerOf(HandlerBean bean) {
        return bean.isPrototype() ? () -> prototypes.computeIfAbsent(bean, HandlerBean::object) : bean::object;
    }

    private HandlerBean beanOf(Class<?> type) {
        List<HandlerBean> beans = known.getOrDefault(type, List.of());
        List<HandlerBean> chosen =
                beans.size() > 1 ? beans.stream().filter(HandlerBean::isPrimary).toList() : beans;
        if (chosen.size() == 1) {
            return chosen.get(0);
        }
        throw new OnChangeException(List.of(beans.isEmpty() ? unknown(type) : ambiguous(type, beans)));
    }

    private static Problem unknown(Class<?> type) {
        return new Problem(
                ProblemCode.OBJECT_NOT_SUPPLIED,
                type.getName(),
                "The application context has no bean of this class.",
                "Declare it as a bean, for example with @Component in a scanned package.");
    }

    private static Problem ambiguous(Class<?> type, List<HandlerBean> beans) {
        return new Problem(
                ProblemCode.OBJECT_NOT_SUPPLIED,
                type.getName(),
                "The application context has " + beans.size() + " beans of this class ("
                        + beans.stream().map(HandlerBean::name).collect(Collectors.joining(", "))
                        + "), and the position of a handler can belong to one only.",
                "Mark one of them with @Primary, or write a class for each with ids of its own.");
    }
}
