package dev.onchange.cdi;

import jakarta.enterprise.inject.build.compatible.spi.BuildCompatibleExtension;
import jakarta.enterprise.inject.build.compatible.spi.Discovery;
import jakarta.enterprise.inject.build.compatible.spi.ScannedClasses;

/**
 * Brings the listeners into a container. It is build-compatible, so that containers can run it at build time as Quarkus
 * does; found by {@code ServiceLoader}.
 */
@SuppressWarnings("exports") // the framework is required where it is used
public final class OnChangeCdiExtension implements BuildCompatibleExtension {

    /** Adds the beans that start and stop the listeners and stand around their calls, wherever the application's own beans are. */
    @Discovery
    public void addListeners(ScannedClasses classes) {
        classes.add(ListenersBean.class.getName());
        classes.add(RequestCalls.class.getName());
    }
}
