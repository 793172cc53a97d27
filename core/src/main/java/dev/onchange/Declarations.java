package dev.onchange;

import dev.onchange.decode.Change;
import dev.onchange.decode.EventDecoder;
import dev.onchange.inject.Instances;
import dev.onchange.invoke.Invoker;
import dev.onchange.invoke.Invokers;
import dev.onchange.plan.LookUp;
import dev.onchange.plan.PlanOptions;
import dev.onchange.plan.Planned;
import dev.onchange.plan.Planner;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.scan.FunctionDeclaration;
import dev.onchange.scan.HandlerScanner;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.scan.Scanned;
import dev.onchange.scan.Watched;
import dev.onchange.stream.RawChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Reads what the user declared; whatever is wrong with it is reported together. */
final class Declarations {

    private final Configuration configuration;
    private final HandlerScanner scanner;
    private final EventDecoder decoder;
    private final Invokers invokers;
    private volatile Set<Watched> avoided = Set.of();
    private volatile LookUp lookUp;

    Declarations(Configuration configuration, Connection connection) {
        Instances instances = Objects.requireNonNullElseGet(
                        configuration.instances, () -> Instances.ofConstructors(connection.client()))
                .preferring(configuration.objects.toArray());
        this.configuration = configuration;
        this.lookUp = configuration.lookUp;
        this.scanner = new HandlerScanner(
                configuration.placeholders, Objects.requireNonNullElse(configuration.database, ""), instances);
        this.decoder = new EventDecoder(Objects.requireNonNullElseGet(
                configuration.codecs, () -> connection.client().getCodecRegistry()));
        this.invokers = new Invokers(instances, decoder);
    }

    /** All that the builder was told of. */
    Declared configured() {
        Scanned found = scanner.packages(classLoader(), configuration.packages.toArray(String[]::new))
                .and(scanner.types(configuration.types.toArray(Class<?>[]::new)))
                .and(scanner.objects(configuration.objects.toArray()))
                .and(scanner.functions(configuration.functions));
        if (found.handlers().isEmpty() && found.problems().isEmpty()) {
            found = new Scanned(List.of(), List.of(noHandlers()));
        }
        return declared(found.whole(), Map.of());
    }

    /** The handlers of a further object. */
    Scanned object(Object object) {
        return scanner.objects(object).whole();
    }

    /** A further handler without an annotation. */
    Scanned function(FunctionDeclaration declared) {
        return scanner.functions(List.of(declared));
    }

    /** What there is already, and further handlers. */
    Declared with(Declared present, Scanned added) {
        return declared(new Scanned(present.handlers(), List.of()).and(added).withUniqueIds(), present.invokers());
    }

    /** What there is already, with other handlers taking part. */
    Declared planned(Declared present, List<HandlerSpec> handlers) {
        return declared(new Scanned(handlers, List.of()), present.invokers());
    }

    /** Shares no stream that the account may not open; says whether any of these is new. */
    boolean avoid(Set<Watched> scopes) {
        Set<Watched> all = new HashSet<>(avoided);
        boolean added = all.addAll(scopes);
        avoided = Set.copyOf(all);
        return added;
    }

    /** From now on, the server looks up documents. */
    void leaveLookUpsToServer() {
        lookUp = LookUp.SERVER;
    }

    Change decode(RawChange raw) {
        return decoder.change(raw);
    }

    private Declared declared(Scanned checked, Map<String, Invoker> known) {
        List<Problem> problems = new ArrayList<>(checked.problems());
        Planned planned = planner().plan(checked.handlers());
        problems.addAll(planned.problems());
        Map<String, Invoker> all = new HashMap<>(known);
        checked.handlers().forEach(handler -> addInvoker(handler, all, problems));
        if (!problems.isEmpty()) {
            throw new OnChangeException(problems);
        }
        return new Declared(checked.handlers(), Map.copyOf(all), planned.plan().with(checked.notices()));
    }

    private void addInvoker(HandlerSpec handler, Map<String, Invoker> invokersById, List<Problem> problems) {
        try {
            invokersById.computeIfAbsent(handler.id(), id -> intercepted(handler, invokers.of(handler)));
        } catch (OnChangeException e) {
            problems.addAll(e.problems());
        }
    }

    private Invoker intercepted(HandlerSpec handler, Invoker invoker) {
        Invoker outermost = invoker;
        for (int i = configuration.interceptors.size() - 1; i >= 0; i--) {
            outermost = new Interception(handler, configuration.interceptors.get(i), outermost);
        }
        return outermost;
    }

    private Planner planner() {
        return new Planner(PlanOptions.DEFAULT
                .with(configuration.grouping)
                .with(lookUp)
                .withMayOpen(scope -> !avoided.contains(scope))
                .withInternal(Set.of(new Watched(Scope.DATABASE, configuration.stateDatabase, ""))));
    }

    private ClassLoader classLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return Objects.requireNonNullElse(
                configuration.classLoader, context == null ? ClassLoader.getSystemClassLoader() : context);
    }

    private static Problem noHandlers() {
        return new Problem(
                ProblemCode.NO_HANDLERS,
                "ChangeListeners",
                "there is nothing to listen with.",
                "Name packages with scan(\"com.acme\"), or hand over objects with handlers(…).");
    }
}
