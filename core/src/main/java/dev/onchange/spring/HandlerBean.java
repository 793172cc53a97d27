package dev.onchange.spring;

import dev.onchange.inject.HandlerClasses;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * A bean by its name, which is perhaps not made yet.
 *
 * @param beans of the context that defines it
 */
record HandlerBean(ConfigurableListableBeanFactory beans, String name) {

    private static final Logger LOG = LoggerFactory.getLogger(SpringHandlerBeans.class);

    /** The user's class, if it has handlers; found without making the bean. */
    @Nullable
    Class<?> handlerClass() {
        Class<?> type = userClass();
        return type != null && isHandlerClass(type) ? type : null;
    }

    Object object() {
        return beans.getBean(name);
    }

    boolean isPrototype() {
        return beans.isPrototype(name);
    }

    boolean isLazy() {
        return beans.containsBeanDefinition(name)
                && beans.getMergedBeanDefinition(name).isLazyInit()
                && !beans.containsSingleton(name);
    }

    boolean isPrimary() {
        return beans.containsBeanDefinition(name)
                && beans.getMergedBeanDefinition(name).isPrimary();
    }

    private @Nullable Class<?> userClass() {
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
    private @Nullable Class<?> typeOf(String bean) {
        Object original = beans.containsBeanDefinition(bean)
                ? beans.getMergedBeanDefinition(bean).getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE)
                : null;
        return original instanceof Class<?> type ? type : beans.getType(bean, false);
    }

    private boolean isHandlerClass(Class<?> type) {
        try {
            return !isOfAFramework(type) && HandlerClasses.hasHandlers(type);
        } catch (LinkageError | TypeNotPresentException e) {
            // An optional part of some library; the context itself can do without it.
            LOG.debug("The bean {} is not looked at: its class {} cannot be read", name, type.getName(), e);
            return false;
        }
    }

    private static boolean isOfAFramework(Class<?> type) {
        return type.getName().startsWith("java.") || type.getName().startsWith("org.springframework.");
    }
}
