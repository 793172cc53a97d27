package dev.onchange.cdi;

import com.mongodb.event.CommandListener;
import com.mongodb.reactivestreams.client.ReactiveContextProvider;
import jakarta.enterprise.inject.Vetoed;
import jakarta.enterprise.inject.build.compatible.spi.BuildCompatibleExtension;
import jakarta.enterprise.inject.build.compatible.spi.ClassConfig;
import jakarta.enterprise.inject.build.compatible.spi.Discovery;
import jakarta.enterprise.inject.build.compatible.spi.Enhancement;
import jakarta.enterprise.inject.build.compatible.spi.ScannedClasses;
import org.bson.codecs.configuration.CodecProvider;

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

    /**
     * Keeps parts of the listeners from being beans: Quarkus' extension for MongoDB takes all classes that
     * implement these interfaces for parts of the application's clients (seen with 3.33).
     */
    @Enhancement(
            types = {CodecProvider.class, CommandListener.class, ReactiveContextProvider.class},
            withSubtypes = true)
    public void hideParts(ClassConfig type) {
        String name = type.info().name();
        if (name.startsWith("dev.onchange.engine.") || name.startsWith("dev.onchange.spring.")) {
            type.addAnnotation(Vetoed.class);
        }
    }
}
