package dev.onchange.invoke;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.OnChangeException;
import dev.onchange.decode.Change;
import dev.onchange.decode.EventDecoder;
import dev.onchange.decode.Payload;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.scan.HandlerTarget.OfFunction;
import dev.onchange.scan.HandlerTarget.OfMethod;
import jakarta.inject.Provider;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Makes the invokers of handlers. It keeps handler classes as long as it lives: plug-ins need their own, as they need
 * their own {@link EventDecoder}.
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
     * How to call the handler. The object to call is asked for once, to see that it can be had.
     *
     * @throws OnChangeException if the handler cannot be called, or its payload not be decoded
     */
    public Invoker of(HandlerSpec handler) {
        Payload<?> payload = decoder.payload(handler);
        if (handler.target() instanceof OfMethod method) {
            return new HandlerInvoker(call(method), suppliers.of(method), payload);
        }
        OfFunction function = (OfFunction) handler.target();
        return new HandlerInvoker((instance, arguments) -> function.function().apply(arguments.event()), null, payload);
    }

    private static Call call(OfMethod method) {
        try {
            return MethodCall.of(method);
        } catch (IllegalAccessException e) {
            throw new OnChangeException(
                    List.of(new Problem(
                            ProblemCode.HANDLER_NOT_INVOCABLE,
                            method.where(),
                            "the method is not accessible: " + e.getMessage() + ".",
                            "Make it at least package-private, and open its package to dev.onchange if it is in a"
                                    + " named module.")),
                    e);
        }
    }

    private record HandlerInvoker(Call call, @Nullable Provider<?> instance, Payload<?> payload) implements Invoker {

        @Override
        public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session)
                throws Throwable {
            Object called = instance == null ? null : instance.get();
            return Completion.of(call.call(called, new ChangeArguments(change, payload, attempt, session)));
        }
    }
}
