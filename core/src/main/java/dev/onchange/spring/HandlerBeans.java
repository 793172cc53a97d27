package dev.onchange.spring;

import dev.onchange.OnChangeException;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.scan.HandlerScanner;
import jakarta.inject.Provider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * The beans of a context that have handlers, told by their types, so that none is made to find out. Handlers are called
 * through the bean as the context hands it out, proxies included, and each call asks the bean's scope for it. A
 * prototype bean is made once for the listeners, as if it had been injected into them, and destroyed with them.
 */
final class HandlerBeans implements Instances, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HandlerBeans.class);

    private final ConfigurableListableBeanFactory beans;
    private final Map<Class<?>, List<String>> names = new LinkedHashMap<>();
    private final Map<String, Object> prototypes = new ConcurrentHashMap<>();

    HandlerBeans(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
        for (String name : beans.getBeanNamesForType(Object.class, true, false)) {
            Class<?> type = userClass(name);
            if (type != null && isHandlerClass(name, type)) {
                names.computeIfAbsent(type, any -> new ArrayList<>()).add(name);
            }
        }
    }

    /** The users' classes that have handlers, in the order in which the beans were defined. */
    List<Class<?>> types() {
        return List.copyOf(names.keySet());
    }

    @Override
    public <T> Provider<? extends T> providerOf(Class<T> type) {
        String name = nameOf(type);
        // What is called is a method of the class or of an interface of the proxy: the proxy need not be of the class.
        @SuppressWarnings("unchecked")
        Provider<T> provider = (Provider<T>) providerOf(name);
        return provider;
    }

    @Override
    public boolean isLazy(Class<?> type) {
        return names.containsKey(type) && isLazy(nameOf(type));
    }

    @Override
    public void close() {
        prototypes.forEach(beans::destroyBean);
        prototypes.clear();
    }

    private Provider<?> providerOf(String name) {
        return beans.isPrototype(name)
                ? () -> prototypes.computeIfAbsent(name, beans::getBean)
                : () -> beans.getBean(name);
    }

    private boolean isLazy(String name) {
        return beans.containsBeanDefinition(name)
                && beans.getMergedBeanDefinition(name).isLazyInit()
                && !beans.containsSingleton(name);
    }

    private String nameOf(Class<?> type) {
        List<String> known = names.getOrDefault(type, List.of());
        List<String> chosen =
                known.size() > 1 ? known.stream().filter(this::isPrimary).toList() : known;
        if (chosen.size() == 1) {
            return chosen.get(0);
        }
        throw new OnChangeException(List.of(known.isEmpty() ? unknown(type) : ambiguous(type, known)));
    }

    private boolean isPrimary(String name) {
        return beans.containsBeanDefinition(name)
                && beans.getMergedBeanDefinition(name).isPrimary();
    }

    private @Nullable Class<?> userClass(String name) {
        if (ScopedProxyUtils.isScopedTarget(name)) {
            return null;
        }
        Class<?> type = typeOf(name);
        if (type != null && ScopedObject.class.isAssignableFrom(type)) {
            type = typeOf(ScopedProxyUtils.getTargetBeanName(name));
        }
        return type == null ? null : ClassUtils.getUserClass(type);
    }

    /** The class behind proxies, without making a bean or a factory of beans. */
    private @Nullable Class<?> typeOf(String name) {
        Object original = beans.containsBeanDefinition(name)
                ? beans.getMergedBeanDefinition(name).getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE)
                : null;
        return original instanceof Class<?> type ? type : beans.getType(name, false);
    }

    private static boolean isHandlerClass(String name, Class<?> type) {
        try {
            return !isOfAFramework(type) && HandlerScanner.isHandlerClass(type);
        } catch (LinkageError | TypeNotPresentException e) {
            // An optional part of some library; the context itself can do without it.
            LOG.debug("The bean {} is not looked at: its class {} cannot be read", name, type.getName(), e);
            return false;
        }
    }

    private static boolean isOfAFramework(Class<?> type) {
        return type.getName().startsWith("java.") || type.getName().startsWith("org.springframework.");
    }

    private static Problem unknown(Class<?> type) {
        return new Problem(
                ProblemCode.OBJECT_NOT_SUPPLIED,
                type.getName(),
                "The application context has no bean of this class.",
                "Declare it as a bean, for example with @Component in a scanned package.");
    }

    private static Problem ambiguous(Class<?> type, List<String> known) {
        return new Problem(
                ProblemCode.OBJECT_NOT_SUPPLIED,
                type.getName(),
                "The application context has " + known.size() + " beans of this class (" + String.join(", ", known)
                        + "), and the position of a handler can belong to one only.",
                "Mark one of them with @Primary, or write a class for each with ids of its own.");
    }
}
