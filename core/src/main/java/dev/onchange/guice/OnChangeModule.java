package dev.onchange.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Injector;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import java.util.function.Supplier;

/**
 * Binds {@link ChangeListeners} that listen with all bindings of the injector that have methods with {@code @OnChange}.
 * They start when they are first asked for, in {@code Stage.PRODUCTION} with the injector, and stop when they are
 * closed:
 *
 * <pre>{@code
 * Injector injector = Guice.createInjector(
 *         new ShopModule(), new OnChangeModule(() -> ChangeListeners.builder(uri).database("shop")));
 * try (ChangeListeners listeners = injector.getInstance(ChangeListeners.class)) {
 *     …
 * }
 * }</pre>
 *
 * <p>Handlers are called through what the injector supplies, interceptors included. A binding with a scope is asked at
 * each call; one without is asked once for the listeners, as if it had been injected into them. A handler that needs the
 * listeners themselves takes a {@code Provider} of them.
 */
@SuppressWarnings("exports") // the framework is required where it is used
public final class OnChangeModule extends AbstractModule {

    private final Supplier<ChangeListenersBuilder> builder;

    /** @param builder says how to connect, and all else; the handlers of the injector are added to what it gives */
    public OnChangeModule(Supplier<ChangeListenersBuilder> builder) {
        this.builder = builder;
    }

    @Provides
    @Singleton
    ChangeListeners listeners(Injector injector) {
        HandlerBindings handlers = new HandlerBindings(injector);
        return builder.get()
                .types(handlers.types().toArray(Class<?>[]::new))
                .instances(handlers)
                .start();
    }
}
