package dev.onchange.micrometer;

import dev.onchange.Interceptor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Observes each call of a handler from its begin until what it returned has completed, failed or been cancelled, as
 * {@link HandlerObservation#CALL}. While the handler runs, and while what it returned is subscribed to, the observation
 * is the thread's current one; further on it is in Reactor's context, from where Reactor's automatic context propagation
 * takes it.
 *
 * <pre>{@code
 * ChangeListeners.builder(uri).interceptor(new HandlerObservations(registry))
 * }</pre>
 */
@SuppressWarnings("exports") // the framework is required where it is used
public final class HandlerObservations implements Interceptor {

    /** Under which Micrometer looks for the observation in Reactor's context: {@code ObservationThreadLocalAccessor.KEY}. */
    private static final String CONTEXT_KEY = "micrometer.observation";

    private static final HandlerObservationConvention DEFAULT = new DefaultHandlerObservationConvention();

    private final ObservationRegistry registry;
    private final @Nullable HandlerObservationConvention convention;

    /** Observations by the default names, unless the registry has a convention of its own. */
    public HandlerObservations(ObservationRegistry registry) {
        this(registry, null);
    }

    /** @param convention how they are named; null for the default */
    public HandlerObservations(ObservationRegistry registry, @Nullable HandlerObservationConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    @Override
    public @Nullable Publisher<?> intercept(Invocation invocation) throws Throwable {
        if (registry.isNoop()) {
            return invocation.proceed();
        }
        Observation observation = HandlerObservation.CALL.start(
                convention, DEFAULT, () -> new HandlerObservationContext(invocation), registry);
        Publisher<?> end;
        try (Observation.Scope scope = observation.openScope()) {
            end = invocation.proceed();
        } catch (Throwable failure) {
            observation.error(failure);
            observation.stop();
            throw failure;
        }
        if (end == null) {
            observation.stop();
            return null;
        }
        return observed(end, observation);
    }

    private static Publisher<?> observed(Publisher<?> end, Observation observation) {
        Publisher<Object> subscribedInScope = subscriber -> {
            try (Observation.Scope scope = observation.openScope()) {
                end.subscribe(subscriber);
            }
        };
        return Flux.from(subscribedInScope)
                .doOnError(observation::error)
                .doFinally(signal -> observation.stop())
                .contextWrite(context -> context.put(CONTEXT_KEY, observation));
    }
}
