package dev.onchange.engine.invoke;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.engine.decode.Change;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Finds out how to call a handler when its first change arrives; what stands in the way fails that attempt. */
final class LazyInvoker implements Invoker {

    private final Supplier<Invoker> finding;
    private volatile @Nullable Invoker found;

    /** @param finding may be asked several times, also at the same time, until it succeeds */
    LazyInvoker(Supplier<Invoker> finding) {
        this.finding = finding;
    }

    @Override
    public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session)
            throws Throwable {
        Invoker present = found;
        if (present == null) {
            present = finding.get();
            found = present;
        }
        return present.invoke(change, attempt, session);
    }
}
