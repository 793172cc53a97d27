package dev.onchange;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.engine.scan.HandlerFunction;
import dev.onchange.engine.scan.Parameter;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Takes the function of a handler of batches, after {@link HandlerBuilder#batch}. The list of a call holds the changes in their
 * order, at least one, and cannot be modified.
 *
 * @param <T> the payload type
 * @param <R> what the last call returns
 */
public final class BatchHandlerBuilder<T, R> {

    private final BiFunction<Set<Parameter.Role>, HandlerFunction, R> registration;

    /** @param registration takes what was declared */
    BatchHandlerBuilder(BiFunction<Set<Parameter.Role>, HandlerFunction, R> registration) {
        this.registration = registration;
    }

    /**
     * The handler, whose changes are handled when it returns.
     *
     * @throws OnChangeException if the listeners are running and anything declared is wrong
     */
    public R handle(Handler<T> handler) {
        Objects.requireNonNull(handler, "handler");
        return declared(null, (changes, attempt, session) -> {
            handler.handle(changes);
            return null;
        });
    }

    /**
     * The handler, told which attempt it is.
     *
     * @throws OnChangeException if the listeners are running and anything declared is wrong
     */
    public R handle(AttemptHandler<T> handler) {
        Objects.requireNonNull(handler, "handler");
        return declared(Parameter.Role.ATTEMPT, (changes, attempt, session) -> {
            handler.handle(changes, attempt);
            return null;
        });
    }

    /**
     * The handler, whose changes are handled when the {@code Publisher} or {@code CompletionStage} that it returns completes;
     * no thread is held meanwhile. Anything else but null stops the handler, as nobody could wait for it.
     *
     * @throws OnChangeException if the listeners are running and anything declared is wrong
     */
    public R handleAsync(AsyncHandler<T> handler) {
        Objects.requireNonNull(handler, "handler");
        return declared(
                null,
                (changes, attempt, session) ->
                        UnawaitedException.unlessAwaited("handleAsync(…)", handler.handle(changes)));
    }

    /**
     * The handler, in one transaction for each batch: what it writes through the session commits together with the fact that
     * the changes are settled. A {@code Publisher} or {@code CompletionStage} that it returns must complete first.
     *
     * @throws OnChangeException if the listeners are running and anything declared is wrong
     */
    public R handleInTransaction(TransactionHandler<T> handler) {
        Objects.requireNonNull(handler, "handler");
        return declared(
                Parameter.Role.SESSION,
                (changes, attempt, session) ->
                        handler.handle(changes, Objects.requireNonNull(session, "There is no transaction")));
    }

    private R declared(Parameter.@Nullable Role further, Function<T> function) {
        Set<Parameter.Role> roles = EnumSet.of(Parameter.Role.EVENTS);
        if (further != null) {
            roles.add(further);
        }
        return registration.apply(roles, new OfBatch<>(function));
    }

    /** What all forms come to. */
    private interface Function<T> {

        @Nullable
        Object apply(List<ChangeEvent<T>> changes, Attempt attempt, @Nullable ClientSession session) throws Exception;
    }

    private record OfBatch<T>(Function<T> function) implements HandlerFunction {

        @Override
        public @Nullable Object apply(ChangeEvent<?> change, Attempt attempt, @Nullable ClientSession session)
                throws Exception {
            return applyBatch(List.of(change), attempt, session);
        }

        @Override
        @SuppressWarnings("unchecked") // the events have the declared payload type
        public @Nullable Object applyBatch(
                List<? extends ChangeEvent<?>> changes, Attempt attempt, @Nullable ClientSession session)
                throws Exception {
            return function.apply((List<ChangeEvent<T>>) changes, attempt, session);
        }
    }

    /**
     * Handles the changes of a batch.
     *
     * @param <T> the payload type
     */
    @FunctionalInterface
    public interface Handler<T> {

        /** Whatever it throws counts as a failure; {@link BatchFailure} says of which change. */
        void handle(List<ChangeEvent<T>> changes) throws Exception;
    }

    /**
     * Handles the changes of a batch and knows which attempt it is.
     *
     * @param <T> the payload type
     */
    @FunctionalInterface
    public interface AttemptHandler<T> {

        /** Whatever it throws counts as a failure; {@link BatchFailure} says of which change. */
        void handle(List<ChangeEvent<T>> changes, Attempt attempt) throws Exception;
    }

    /**
     * Begins to handle the changes of a batch.
     *
     * @param <T> the payload type
     */
    @FunctionalInterface
    public interface AsyncHandler<T> {

        /** What must complete before the changes are settled; null for nothing. */
        @Nullable
        Object handle(List<ChangeEvent<T>> changes) throws Exception;
    }

    /**
     * Handles the changes of a batch in a transaction.
     *
     * @param <T> the payload type
     */
    @FunctionalInterface
    public interface TransactionHandler<T> {

        /** What must complete before the transaction commits; null for nothing. */
        @Nullable
        Object handle(List<ChangeEvent<T>> changes, ClientSession session) throws Exception;
    }
}
