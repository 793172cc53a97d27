package dev.onchange.engine.invoke;

import dev.onchange.FailedChange;
import dev.onchange.OnChangeException;
import dev.onchange.Recoverer;
import dev.onchange.engine.decode.EventDecoder;
import dev.onchange.engine.decode.Payload;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.GeneratedMethod;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.HandlerTarget.OfFunction;
import dev.onchange.engine.scan.HandlerTarget.OfMethod;
import dev.onchange.inject.Instances;
import jakarta.inject.Provider;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the invokers of handlers. It refers to handler classes as long as it lives: each plug-in needs its own, as it needs
 * its own {@link EventDecoder}.
 */
public final class Invokers {

    private final Suppliers suppliers;
    private final EventDecoder decoder;
    private final Instances instances;
    private final @Nullable Recoverer usual;
    private final Map<MethodCall.Shape, MethodHandle> callers = new ConcurrentHashMap<>();

    /**
     * @param instances supplies the objects of handlers that were found by their class
     * @param decoder decodes the payloads
     */
    public Invokers(Instances instances, EventDecoder decoder) {
        this(instances, decoder, null);
    }

    /** @param usual the answer to exhausted attempts of handlers that have none of their own; null for none */
    public Invokers(Instances instances, EventDecoder decoder, @Nullable Recoverer usual) {
        this.instances = instances;
        this.usual = usual;
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
        Invoker invoker = of(handler, payload);
        Recoverer recoverer = recovererOf(handler);
        return recoverer == null
                ? invoker
                : new RecoveringInvoker(
                        invoker,
                        (change, attempt, failure) ->
                                recoverer.recover(new FailedChange(handler, change.event(payload), attempt, failure)));
    }

    private @Nullable Recoverer recovererOf(HandlerSpec handler) {
        Class<? extends Recoverer> type = handler.recovery().type();
        if (type == null) {
            return handler.recovery().recoverer() == null
                    ? usual
                    : handler.recovery().recoverer();
        }
        try {
            return instances.providerOf(type).get();
        } catch (OnChangeException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new OnChangeException(List.of(Message.NOT_SUPPLIED.at(handler.where("recoverer"), e.toString())), e);
        }
    }

    private Invoker of(HandlerSpec handler, Payload<?> payload) {
        if (handler.target() instanceof OfMethod target) {
            return suppliers.isLazy(target)
                    ? new LazyInvoker(() -> ofMethod(target, payload))
                    : ofMethod(target, payload);
        }
        OfFunction target = (OfFunction) handler.target();
        Completion completion = new Completion(target.where());
        if (handler.batch() != null) {
            return (BatchInvoker) (changes, attempt, session) -> completion.of(target.function()
                    .applyBatch(new BatchArguments(changes, payload, attempt, session).events(), attempt, session));
        }
        return (change, attempt, session) ->
                completion.of(target.function().apply(change.event(payload), attempt, session));
    }

    private Invoker ofMethod(OfMethod target, Payload<?> payload) {
        Suppliers.Supplied supplied = suppliers.of(target);
        Call call = call(target, supplied);
        Provider<?> provider = supplied.provider();
        Completion completion = new Completion(target.where());
        if (target.takesBatches()) {
            return (BatchInvoker) (changes, attempt, session) -> completion.of(
                    call.call(instance(provider, target), new BatchArguments(changes, payload, attempt, session)));
        }
        return (change, attempt, session) -> completion.of(
                call.call(instance(provider, target), new ChangeArguments(change, payload, attempt, session)));
    }

    private Call call(OfMethod target, Suppliers.Supplied supplied) {
        GeneratedMethod generated = target.generated();
        // A proxy may have the method in an interface only, and be no object of the class.
        return generated != null && supplied.isOfClass()
                ? GeneratedCall.of(generated)
                : MethodCall.of(supplied.method(), target.parameters(), callers);
    }

    private static Object instance(Provider<?> provider, OfMethod target) {
        return Objects.requireNonNull(
                provider.get(),
                () -> "The container supplied null for " + target.type().getName());
    }
}
