package dev.onchange.cdi;

import dev.onchange.Placeholders;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The values of MicroProfile Config, as the application has them where the listeners start. By reflection: the jar of its
 * API is no module with a name that could be required.
 */
final class ConfigPlaceholders implements Placeholders {

    private static final String API = "org.eclipse.microprofile.config.";

    private final Object config;
    private final Method valueOf;

    private ConfigPlaceholders(Object config, Method valueOf) {
        this.config = config;
        this.valueOf = valueOf;
    }

    /** Without values where there is no MicroProfile Config. */
    static Placeholders present() {
        ClassLoader loader = Optional.ofNullable(Thread.currentThread().getContextClassLoader())
                .orElseGet(ConfigPlaceholders.class::getClassLoader);
        try {
            Object config = loader.loadClass(API + "ConfigProvider")
                    .getMethod("getConfig")
                    .invoke(null);
            Method valueOf = loader.loadClass(API + "Config").getMethod("getOptionalValue", String.class, Class.class);
            return new ConfigPlaceholders(config, valueOf);
        } catch (ClassNotFoundException e) {
            return name -> null;
        } catch (ReflectiveOperationException e) {
            throw failed(e);
        }
    }

    @Override
    public @Nullable String valueOf(String name) {
        try {
            return (String) ((Optional<?>) valueOf.invoke(config, name, String.class)).orElse(null);
        } catch (ReflectiveOperationException e) {
            throw failed(e);
        }
    }

    private static IllegalStateException failed(ReflectiveOperationException failure) {
        Throwable cause = failure instanceof InvocationTargetException ? failure.getCause() : failure;
        return new IllegalStateException("MicroProfile Config gave no value: " + cause, cause);
    }
}
