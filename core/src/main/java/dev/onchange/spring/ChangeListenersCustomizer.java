package dev.onchange.spring;

import dev.onchange.ChangeListenersBuilder;

/**
 * A bean that says more about the listeners than properties can. Customizers are called each time the listeners start,
 * in the order of their {@code @Order}, when beans and properties have been applied.
 */
@FunctionalInterface
public interface ChangeListenersCustomizer {

    /** Says what is to be different. */
    void customize(ChangeListenersBuilder builder);
}
