package dev.onchange.engine.invoke;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.engine.decode.Change;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Makes the invoker of a handler when its first change arrives; if that fails, the attempt fails. */
final class LazyInvoker implements Invoker {

    private final Supplier<Invoker> factory;
    private volatile @Nullable Invoker delegate;

    /** @param factory may be called several times, also concurrently, until it succeeds */
    LazyInvoker(Supplier<Invoker> factory) {
        this.factory = factory;
    }

    @Override
    public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session)
            throws Throwable {
        return delegate().invoke(change, attempt, session);
    }

    @Override
    public @Nullable Publisher<?> invokeBatch(List<Change> changes, Attempt attempt, @Nullable ClientSession session)
            throws Throwable {
        return delegate().invokeBatch(changes, attempt, session);
    }

    private Invoker delegate() {
        Invoker present = delegate;
        if (present == null) {
            present = factory.get();
            delegate = present;
        }
        return present;
    }
}
