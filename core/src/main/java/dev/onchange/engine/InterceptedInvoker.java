package dev.onchange.engine;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.Interceptor;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.invoke.Recovery;
import dev.onchange.engine.scan.HandlerSpec;
import java.util.List;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Calls a handler through an interceptor. */
record InterceptedInvoker(HandlerSpec handler, Interceptor interceptor, Invoker next) implements Invoker {

    @Override
    public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session)
            throws Throwable {
        return interceptor.intercept(new Call(handler, change, attempt, session, next));
    }

    @Override
    public @Nullable Recovery recovery() {
        return next.recovery();
    }

    @Override
    public @Nullable Publisher<?> invokeBatch(List<Change> changes, Attempt attempt, @Nullable ClientSession session)
            throws Throwable {
        return interceptor.intercept(new BatchCall(handler, changes, attempt, session, next));
    }

    private record BatchCall(
            HandlerSpec handler,
            List<Change> changes,
            Attempt attempt,
            @Nullable ClientSession session,
            Invoker next) implements Interceptor.Invocation {

        @Override
        public RawBsonDocument event() {
            return changes.get(0).raw().document();
        }

        @Override
        public List<RawBsonDocument> events() {
            return changes.stream().map(change -> change.raw().document()).toList();
        }

        @Override
        public @Nullable Publisher<?> proceed() throws Throwable {
            return next.invokeBatch(changes, attempt, session);
        }
    }

    private record Call(
            HandlerSpec handler,
            Change change,
            Attempt attempt,
            @Nullable ClientSession session,
            Invoker next) implements Interceptor.Invocation {

        @Override
        public RawBsonDocument event() {
            return change.raw().document();
        }

        @Override
        public @Nullable Publisher<?> proceed() throws Throwable {
            return next.invoke(change, attempt, session);
        }
    }
}
