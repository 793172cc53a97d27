package dev.onchange.engine.invoke;

import dev.onchange.OnChangeException;
import dev.onchange.engine.decode.EventDecoder;
import dev.onchange.engine.decode.Payload;
import dev.onchange.engine.scan.GeneratedMethod;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.HandlerTarget.OfFunction;
import dev.onchange.engine.scan.HandlerTarget.OfMethod;
import dev.onchange.inject.Instances;
import jakarta.inject.Provider;
import java.util.Objects;

/**
 * Makes the invokers of handlers. It refers to handler classes as long as it lives: each plug-in needs its own, as it needs
 * its own {@link EventDecoder}.
 */
public final class Invokers {

    private final Suppliers suppliers;
    private final EventDecoder decoder;

    /**
     * @param instances supplies the objects of handlers that were found by their class
     * @param decoder decodes the payloads
     */
    public Invokers(Instances instances, EventDecoder decoder) {
        this.suppliers = new Suppliers(instances);
        this.decoder = decoder;
    }

    /**
     * The invoker of a handler. Unless its class is lazy, the object to call is taken from the container once, so that a
     * failure is known now.
     *
     * @throws OnChangeException if the handler cannot be called, or its payload not be decoded
     */
    public Invoker of(HandlerSpec handler) {
        Payload<?> payload = decoder.payload(handler);
        if (handler.target() instanceof OfMethod target) {
            return suppliers.isLazy(target)
                    ? new LazyInvoker(() -> ofMethod(target, payload))
                    : ofMethod(target, payload);
        }
        OfFunction target = (OfFunction) handler.target();
        Completion completion = new Completion(target.where());
        return (change, attempt, session) ->
                completion.of(target.function().apply(change.event(payload), attempt, session));
    }

    private Invoker ofMethod(OfMethod target, Payload<?> payload) {
        Suppliers.Supplied supplied = suppliers.of(target);
        Call call = call(target, supplied);
        Provider<?> provider = supplied.provider();
        Completion completion = new Completion(target.where());
        return (change, attempt, session) -> completion.of(
                call.call(instance(provider, target), new ChangeArguments(change, payload, attempt, session)));
    }

    private static Call call(OfMethod target, Suppliers.Supplied supplied) {
        GeneratedMethod generated = target.generated();
        // A proxy may have the method in an interface only, and be no object of the class.
        return generated != null && supplied.isOfClass()
                ? GeneratedCall.of(generated)
                : MethodCall.of(supplied.method(), target.parameters());
    }

    private static Object instance(Provider<?> provider, OfMethod target) {
        return Objects.requireNonNull(
                provider.get(),
                () -> "The container supplied null for " + target.type().getName());
    }
}
