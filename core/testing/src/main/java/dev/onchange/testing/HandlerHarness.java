package dev.onchange.testing;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.OnChangeException;
import dev.onchange.Placeholders;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.decode.EventDecoder;
import dev.onchange.engine.dispatch.Namespaces;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.invoke.Invokers;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.plan.PlanOptions;
import dev.onchange.engine.plan.PlanResult;
import dev.onchange.engine.plan.Planner;
import dev.onchange.engine.scan.HandlerScanner;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.ScanResult;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Handlers alone, fed with events made by hand: which of them a change would reach, what they make of it, and whether
 * they fail. No server is asked, nothing is tried again and no position is kept.
 *
 * <p>Filters are answered as the server would. One that only the server can answer, and stages of an own pipeline,
 * cannot be: such handlers are fed by {@link #feedTo}, with the event that the server would send.
 */
public final class HandlerHarness {

    private record Fed(HandlerSpec spec, Invoker invoker) {}

    private final Map<String, Fed> handlers = new LinkedHashMap<>();
    private final EventDecoder decoder = new EventDecoder(Ground.codecs());

    /**
     * One call.
     *
     * @param handlerId who was called
     * @param failure why it failed; null if it did not
     */
    public record Call(String handlerId, @Nullable Throwable failure) {}

    private HandlerHarness(ScanResult found, Instances instances) {
        PlanResult planned = new Planner(PlanOptions.DEFAULT).plan(found.handlers());
        List<Problem> problems = new ArrayList<>(found.problems());
        problems.addAll(planned.problems());
        Invokers invokers = new Invokers(instances, decoder);
        for (HandlerSpec handler : found.handlers()) {
            try {
                handlers.put(handler.id(), new Fed(handler, invokers.of(handler)));
            } catch (OnChangeException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new OnChangeException(problems);
        }
    }

    /**
     * The handlers of some objects, read and checked as at start.
     *
     * @param database of handlers that name none
     * @throws OnChangeException if anything declared is wrong; it lists all
     */
    public static HandlerHarness of(String database, Object... objects) {
        Instances instances = Instances.ofConstructors().preferring(objects);
        return new HandlerHarness(scanner(database, instances).objects(objects).whole(), instances);
    }

    /**
     * The handlers of some classes, read and checked as at start.
     *
     * @param database of handlers that name none
     * @param instances supplies their objects; {@link Instances#ofConstructors(Object...)} makes them by their
     *     constructors, of the objects that it is given
     * @throws OnChangeException if anything declared is wrong, or an object cannot be supplied; it lists all
     */
    public static HandlerHarness ofTypes(String database, Instances instances, Class<?>... types) {
        return new HandlerHarness(scanner(database, instances).types(types).whole(), instances);
    }

    private static HandlerScanner scanner(String database, Instances instances) {
        return new HandlerScanner(Placeholders.ofSystem(), database, instances);
    }

    /** The ids of the handlers. */
    public List<String> handlerIds() {
        return List.copyOf(handlers.keySet());
    }

    /**
     * Gives a change to the handlers that it concerns, one after the other, and waits for what they return.
     *
     * @throws IllegalStateException if only the server can tell whether it concerns one of them
     */
    public List<Call> feed(TestChange change) {
        RawChange raw = new RawChange(change.raw(), "");
        Change shared = decoder.change(raw);
        return handlers.values().stream()
                .filter(handler -> concerns(handler.spec(), raw))
                .map(handler -> call(handler, shared, null))
                .toList();
    }

    /**
     * Gives a change to one handler, whatever its filter says.
     *
     * @throws IllegalArgumentException if there is no such handler
     */
    public Call feedTo(String handlerId, TestChange change) {
        return feedTo(handlerId, change, null);
    }

    /**
     * Gives a change to one handler in a transaction, whatever its filter says.
     *
     * @param session of the transaction, which is neither begun nor ended here; null if there is none
     * @throws IllegalArgumentException if there is no such handler
     */
    public Call feedTo(String handlerId, TestChange change, @Nullable ClientSession session) {
        Fed handler = handler(handlerId);
        return call(handler, decoder.change(new RawChange(change.raw(), "")), session);
    }

    /**
     * Gives a batch to one handler of batches, whatever its filter says.
     *
     * @throws IllegalArgumentException if there is no such handler, or no change
     */
    public Call feedBatchTo(String handlerId, List<TestChange> changes) {
        return feedBatchTo(handlerId, changes, null);
    }

    /**
     * Gives a batch to one handler of batches in a transaction, whatever its filter says.
     *
     * @param session of the transaction, which is neither begun nor ended here; null if there is none
     * @throws IllegalArgumentException if there is no such handler, or no change
     */
    public Call feedBatchTo(String handlerId, List<TestChange> changes, @Nullable ClientSession session) {
        Fed handler = handler(handlerId);
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("A batch has one change at least");
        }
        List<Change> batch = changes.stream()
                .map(change -> decoder.change(new RawChange(change.raw(), "")))
                .toList();
        return call(handler, attempt -> handler.invoker().invokeBatch(batch, attempt, session));
    }

    private Fed handler(String handlerId) {
        Fed handler = handlers.get(handlerId);
        if (handler == null) {
            throw new IllegalArgumentException(
                    "No handler has the id " + handlerId + "; those that there are: " + handlers.keySet());
        }
        return handler;
    }

    private static boolean concerns(HandlerSpec spec, RawChange raw) {
        if (!Namespaces.concern(spec.watched(), raw)
                || !spec.operations().isEmpty() && !spec.operations().contains(raw.operation())) {
            return false;
        }
        if (!spec.pipeline().isEmpty()) {
            throw new IllegalStateException(spec.where("pipeline")
                    + " is applied by the server; give the event that comes out of it to feedTo(…).");
        }
        return spec.match().isEmpty() || matches(spec, raw);
    }

    private static boolean matches(HandlerSpec spec, RawChange raw) {
        Match match = Match.parse(spec.match());
        if (!match.inProcess()) {
            throw new IllegalStateException(spec.where("match") + " is answered by the server alone ("
                    + String.join("; ", match.whyNotInProcess()) + "); give the event to feedTo(…).");
        }
        return match.matches(raw.document());
    }

    private static Call call(Fed handler, Change change, @Nullable ClientSession session) {
        return call(handler, attempt -> handler.invoker().invoke(change, attempt, session));
    }

    private interface Invocation {

        @Nullable
        Publisher<?> with(Attempt attempt) throws Throwable;
    }

    private static Call call(Fed handler, Invocation invocation) {
        Attempt attempt = new Attempt(1, handler.spec().retry().attempts(), Instant.EPOCH, null);
        try {
            Publisher<?> end = invocation.with(attempt);
            if (end != null) {
                Flux.from(end).blockLast(Ground.PATIENCE);
            }
            return new Call(handler.spec().id(), null);
        } catch (Throwable failure) {
            return new Call(handler.spec().id(), failure);
        }
    }
}
