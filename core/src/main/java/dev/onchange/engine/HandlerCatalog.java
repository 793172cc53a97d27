package dev.onchange.engine;

import dev.onchange.LookUp;
import dev.onchange.OnChangeException;
import dev.onchange.Placeholders;
import dev.onchange.Scope;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.decode.EventDecoder;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.invoke.Invokers;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.message.Suggestion;
import dev.onchange.engine.plan.PlanOptions;
import dev.onchange.engine.plan.PlanResult;
import dev.onchange.engine.plan.Planner;
import dev.onchange.engine.plugin.ContextLoader;
import dev.onchange.engine.plugin.PluginCode;
import dev.onchange.engine.scan.FunctionDeclaration;
import dev.onchange.engine.scan.HandlerScanner;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.scan.ScanResult;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.inject.Instances;
import dev.onchange.plugin.Plugin;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Notice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;

/** Reads the declarations of handlers and plans their streams; all problems are reported together. */
final class HandlerCatalog {

    private final EngineConfiguration configuration;
    private final HandlerScanner scanner;
    private final EventDecoder decoder;
    private final Invokers invokers;
    private final Planner planner = new Planner(PlanOptions.DEFAULT);
    private volatile Set<WatchedScope> avoided = Set.of();
    private volatile Set<String> apart = Set.of();
    private volatile LookUp lookUp;

    HandlerCatalog(EngineConfiguration configuration, MongoConnection connection) {
        Instances instances = Objects.requireNonNullElseGet(
                        configuration.instances, () -> Instances.ofConstructors(connection.client()))
                .preferring(configuration.objects.toArray());
        this.configuration = configuration;
        this.lookUp = configuration.lookUp;
        this.scanner = scanner(instances);
        this.decoder = decoder();
        this.invokers = new Invokers(instances, decoder, configuration.recoverer);
    }

    private EventDecoder decoder() {
        CodecRegistry client = Objects.requireNonNullElseGet(configuration.codecs, configuration.server::codecs);
        CodecRegistry common = configuration.payloadCodecs == null
                ? client
                : CodecRegistries.fromProviders(configuration.payloadCodecs, client);
        return new EventDecoder(common, configuration.payloadCodecsFor::apply, client);
    }

    private HandlerScanner scanner(Instances instances) {
        return new HandlerScanner(configuration.placeholders, database(), instances);
    }

    /** The database of handlers that name none; empty if there is none. */
    String database() {
        return Objects.requireNonNullElse(configuration.database, "");
    }

    /** The handlers of the builder. */
    HandlerSet configured() {
        InstanceName.of(configuration);
        ScanResult found = scanner.packages(classLoader(), configuration.packages.toArray(String[]::new))
                .and(scanner.types(configuration.types.toArray(Class<?>[]::new)))
                .and(scanner.objects(configuration.objects.toArray()))
                .and(scanner.functions(configuration.functions));
        boolean mayBeEmpty = configuration.mayBeEmpty || configuration.pluginDirectory != null;
        if (found.handlers().isEmpty() && found.problems().isEmpty() && !mayBeEmpty && !found.isSwitchedOff()) {
            found = new ScanResult(List.of(), List.of(noHandlers()));
        }
        ScanResult whole = found.whole();
        return declared(whole.and(new ScanResult(List.of(), List.of(), startsOfNobody(whole.handlers()))), Map.of());
    }

    /** A requested start may be of a handler that comes later, and its id may be misspelt. */
    private List<Notice> startsOfNobody(List<HandlerSpec> handlers) {
        Set<String> ids = new LinkedHashSet<>();
        for (HandlerSpec handler : handlers) {
            ids.add(handler.id());
        }
        List<Notice> notices = new ArrayList<>();
        for (String id : new TreeSet<>(configuration.starts.keySet())) {
            if (!ids.contains(Partition.handlerOf(id))) {
                notices.add(Notice.of(Message.START_OF_NO_HANDLER.at(id, id, Suggestion.of(id, ids))));
            }
        }
        return notices;
    }

    /** The handlers of a further object. */
    Arriving object(Object object) {
        return arriving(scanner.objects(object).whole(), invokers::of);
    }

    /** The handlers of further classes, from a container of their own. */
    Arriving types(Instances instances, Placeholders placeholders, Class<?>... types) {
        ScanResult found = new HandlerScanner(placeholders, database(), instances).types(types);
        return arriving(found.whole(), new Invokers(instances, decoder, configuration.recoverer)::of);
    }

    /** A further handler without an annotation. */
    Arriving function(FunctionDeclaration declared) {
        return arriving(scanner.functions(List.of(declared)), invokers::of);
    }

    /** The handlers of a plug-in, with invokers of their own, so that its classes can be unloaded. */
    Arriving plugin(PluginCode code) {
        ScanResult found = scanned(code);
        if (found.handlers().isEmpty() && found.problems().isEmpty() && !found.isSwitchedOff()) {
            found = new ScanResult(List.of(), List.of(noHandlers(code)));
        }
        Invokers own = new Invokers(code.instances(), decoder(), configuration.recoverer);
        return arriving(found, handler -> {
            try (ContextLoader.Stay stay = code.context().enter()) {
                return code.context().around(own.of(handler));
            }
        });
    }

    private ScanResult scanned(PluginCode code) {
        HandlerScanner own = scanner(code.instances());
        try (ContextLoader.Stay stay = code.context().enter()) {
            return own.root(code.loader(), code.jar())
                    .and(own.objects(code.objects().toArray()))
                    .whole();
        }
    }

    /** Makes invokers on the present thread: containers may hold locks for it while they make beans. */
    private Arriving arriving(ScanResult scanned, Function<HandlerSpec, Invoker> by) {
        Map<String, Invoker> own = new HashMap<>();
        List<Problem> problems = new ArrayList<>(scanned.problems());
        scanned.handlers().forEach(handler -> addInvoker(handler, by, own, problems));
        List<HandlerSpec> callable = scanned.handlers().stream()
                .filter(handler -> own.containsKey(handler.id()))
                .toList();
        return new Arriving(new ScanResult(callable, problems, scanned.notices()), Map.copyOf(own));
    }

    /** The present handlers and further ones. */
    HandlerSet with(HandlerSet present, Arriving arriving) {
        Map<String, Invoker> all = new HashMap<>(arriving.invokers());
        all.putAll(present.invokers());
        return declared(
                new ScanResult(present.handlers(), List.of(), present.found())
                        .and(arriving.scanned())
                        .withUniqueIds(),
                all);
    }

    ClassLoader classLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return Objects.requireNonNullElse(
                configuration.classLoader, context == null ? ClassLoader.getSystemClassLoader() : context);
    }

    /** The present handlers, with streams for the given ones. */
    HandlerSet planned(HandlerSet present, List<HandlerSpec> handlers) {
        return declared(new ScanResult(handlers, List.of(), present.found()), present.invokers());
    }

    /** Shares no stream that the account may not open; says whether any of these is new. */
    boolean avoid(Set<WatchedScope> scopes) {
        Set<WatchedScope> all = new HashSet<>(avoided);
        boolean added = all.addAll(scopes);
        avoided = Set.copyOf(all);
        return added;
    }

    /** The handlers that share no stream. */
    Set<String> apart() {
        return apart;
    }

    /** From now on, these handlers share no stream. */
    void setApart(Set<String> ids) {
        apart = Set.copyOf(ids);
    }

    /** From now on, the server looks up documents. */
    void leaveLookUpsToServer() {
        lookUp = LookUp.SERVER;
    }

    Change decode(RawChange raw) {
        return decoder.change(raw);
    }

    private HandlerSet declared(ScanResult checked, Map<String, Invoker> known) {
        List<Problem> problems = new ArrayList<>(checked.problems());
        PlanResult planned = planner().plan(checked.handlers());
        problems.addAll(planned.problems());
        Map<String, Invoker> all = new HashMap<>(known);
        checked.handlers().forEach(handler -> addInvoker(handler, invokers::of, all, problems));
        if (!problems.isEmpty()) {
            throw new OnChangeException(problems);
        }
        return new HandlerSet(
                checked.handlers(),
                Collections.unmodifiableMap(all),
                planned.plan().with(checked.notices()),
                checked.notices());
    }

    private void addInvoker(
            HandlerSpec handler, Function<HandlerSpec, Invoker> by, Map<String, Invoker> all, List<Problem> problems) {
        try {
            all.computeIfAbsent(handler.id(), id -> intercepted(handler, by.apply(handler)));
        } catch (OnChangeException e) {
            problems.addAll(e.problems());
        }
    }

    private Invoker intercepted(HandlerSpec handler, Invoker invoker) {
        Invoker outermost = invoker;
        for (int i = configuration.interceptors.size() - 1; i >= 0; i--) {
            outermost = new InterceptedInvoker(handler, configuration.interceptors.get(i), outermost);
        }
        return outermost;
    }

    private Planner planner() {
        return planner.with(PlanOptions.DEFAULT
                .with(configuration.grouping)
                .with(lookUp)
                .withMayOpen(scope -> !avoided.contains(scope))
                .withApart(apart)
                .withThreads(HandlerThreads.most(configuration))
                .withFields(decoder::fields)
                .withInternal(Set.of(new WatchedScope(Scope.DATABASE, configuration.stateDatabase, ""))));
    }

    private static Problem noHandlers() {
        return new Problem(
                ProblemCode.NO_HANDLERS,
                "ChangeListeners",
                "there is nothing to listen with.",
                "Name packages with scan(\"com.acme\"), or hand over objects with handlers(…).");
    }

    private static Problem noHandlers(PluginCode code) {
        return new Problem(
                ProblemCode.NO_HANDLERS,
                "plug-in " + code.name(),
                "no method with @OnChange was found in it.",
                "Annotate methods of its classes, or name a " + Plugin.class.getName() + " in META-INF/services.");
    }

    /**
     * Handlers that are added to the present ones.
     *
     * @param invokers how to call each, by id
     */
    record Arriving(ScanResult scanned, Map<String, Invoker> invokers) {}
}
