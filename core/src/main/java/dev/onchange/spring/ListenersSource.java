package dev.onchange.spring;

import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Finds in a context how the listeners reach the server. */
final class ListenersSource {

    private static final String BOOTS_SETTINGS =
            "org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer";

    static final String BOOTS_CLIENT = "org.springframework.boot.mongodb.autoconfigure.MongoReactiveAutoConfiguration";

    private final ConfigurableListableBeanFactory beans;
    private final OnChangeProperties.Client wanted;

    ListenersSource(ConfigurableListableBeanFactory beans, OnChangeProperties.Client wanted) {
        this.beans = beans;
        this.wanted = wanted;
    }

    /**
     * Listeners of no handlers yet.
     *
     * @throws OnChangeException if the context has nothing to connect with
     */
    ChangeListenersBuilder builder() {
        if (!isShared()) {
            MongoClientSettings settings = beans.getBean(MongoClientSettings.class);
            return hasBootsSettings() ? BootSettings.builder(settings, beans) : ChangeListeners.builder(settings);
        }
        if (isEmpty(MongoClient.class)) {
            throw new OnChangeException(List.of(nothingToConnectWith()));
        }
        ChangeListenersBuilder builder = ChangeListeners.builder(beans.getBean(MongoClient.class));
        return hasBootsSettings() && !hasClientOfItsOwn() ? BootSettings.withDatabase(builder, beans) : builder;
    }

    /** Whether the listeners have the application's client. */
    boolean isShared() {
        return wanted == OnChangeProperties.Client.SHARED || hasClientOfItsOwn() || isEmpty(MongoClientSettings.class);
    }

    /** Whether a client was made by the application and not from Boot's properties. */
    private boolean hasClientOfItsOwn() {
        for (String name : namesOf(MongoClient.class)) {
            if (!isOfBoot(name)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOfBoot(String name) {
        try {
            return BOOTS_CLIENT.equals(beans.getMergedBeanDefinition(name).getFactoryBeanName());
        } catch (NoSuchBeanDefinitionException madeByHand) {
            return false;
        }
    }

    private boolean hasBootsSettings() {
        return ClassUtils.isPresent(BOOTS_SETTINGS, beans.getBeanClassLoader());
    }

    private boolean isEmpty(Class<?> type) {
        return namesOf(type).length == 0;
    }

    /** Those of the contexts above included. */
    private String[] namesOf(Class<?> type) {
        return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false);
    }

    private static Problem nothingToConnectWith() {
        return new Problem(
                ProblemCode.SERVER_UNAVAILABLE,
                "ChangeListeners",
                "The application context has neither MongoClientSettings nor a MongoClient of the reactive driver.",
                "Add org.springframework.boot:spring-boot-mongodb and set spring.mongodb.uri, or declare a bean of"
                        + " com.mongodb.reactivestreams.client.MongoClient.");
    }
}
