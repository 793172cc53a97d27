package dev.onchange.guice;

import com.google.inject.Binding;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.spi.DefaultBindingScopingVisitor;
import com.google.inject.spi.ExposedBinding;
import com.google.inject.spi.InstanceBinding;
import com.google.inject.spi.LinkedKeyBinding;
import dev.onchange.OnChangeException;
import dev.onchange.inject.HandlerClasses;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import jakarta.inject.Provider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bindings of an injector, of those above it, and of private modules in these, whose objects have handlers. */
final class HandlerBindings implements Instances {

    private static final Logger LOG = LoggerFactory.getLogger(HandlerBindings.class);

    private final Map<Class<?>, List<Binding<?>>> bindings = new LinkedHashMap<>();
    private final Map<Key<?>, List<Binding<?>>> links = new HashMap<>();
    private final Map<Class<?>, Object> unscoped = new ConcurrentHashMap<>();

    HandlerBindings(Injector injector) {
        Set<Injector> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (@Nullable Injector each = injector; each != null; each = each.getParent()) {
            addAll(each, seen);
        }
    }

    /** Also those of private modules that expose something: each has an injector of its own, which that leads to. */
    private void addAll(Injector injector, Set<Injector> seen) {
        if (seen.add(injector)) {
            injector.getAllBindings().values().forEach(binding -> {
                if (binding instanceof ExposedBinding<?> exposed) {
                    addAll(exposed.getPrivateElements().getInjector(), seen);
                } else {
                    add(binding);
                }
            });
        }
    }

    /** The classes that have handlers. */
    List<Class<?>> types() {
        return List.copyOf(bindings.keySet());
    }

    @Override
    public Object instanceOf(Class<?> type) {
        return providerOf(type).get();
    }

    @Override
    public <T> Provider<? extends T> providerOf(Class<T> type) {
        Binding<?> binding = bindingOf(type);
        @SuppressWarnings("unchecked")
        Provider<T> provider = (Provider<T>) binding.getProvider();
        @SuppressWarnings("unchecked")
        Provider<T> once = () -> (T) unscoped.computeIfAbsent(type, any -> provider.get());
        return hasScope(binding) ? provider : once;
    }

    private void add(Binding<?> binding) {
        if (binding instanceof LinkedKeyBinding<?> link) {
            links.computeIfAbsent(link.getLinkedKey(), any -> new ArrayList<>()).add(binding);
            return;
        }
        Class<?> type = binding instanceof InstanceBinding<?> instance
                ? instance.getInstance().getClass()
                : binding.getKey().getTypeLiteral().getRawType();
        if (isHandlerClass(type)) {
            bindings.computeIfAbsent(type, any -> new ArrayList<>()).add(binding);
        }
    }

    /** The scope may stand where a key is linked to the class, and then that binding has the one object. */
    private Stream<Binding<?>> scoped(Binding<?> binding) {
        List<Binding<?>> linked = links.getOrDefault(binding.getKey(), List.of());
        return linked.isEmpty() || hasScope(binding)
                ? Stream.of(binding)
                : linked.stream().flatMap(this::scoped);
    }

    private Binding<?> bindingOf(Class<?> type) {
        List<Binding<?>> known = bindings.getOrDefault(type, List.of()).stream()
                .flatMap(this::scoped)
                .toList();
        if (known.size() == 1) {
            return known.get(0);
        }
        throw new OnChangeException(List.of(known.isEmpty() ? unknown(type) : ambiguous(type, known)));
    }

    private static boolean isHandlerClass(Class<?> type) {
        try {
            return !type.getName().startsWith("java.") && HandlerClasses.hasHandlers(type);
        } catch (LinkageError | TypeNotPresentException e) {
            LOG.debug("The class {} is not looked at: it cannot be read", type.getName(), e);
            return false;
        }
    }

    private static Problem unknown(Class<?> type) {
        return new Problem(
                ProblemCode.OBJECT_NOT_SUPPLIED,
                type.getName(),
                "The injector has no binding of this class.",
                "Bind it in a module.");
    }

    private static Problem ambiguous(Class<?> type, List<Binding<?>> known) {
        String keys = known.stream().map(binding -> binding.getKey().toString()).collect(Collectors.joining(", "));
        return new Problem(
                ProblemCode.OBJECT_NOT_SUPPLIED,
                type.getName(),
                "The injector has " + known.size() + " bindings of this class (" + keys
                        + "), and the position of a handler can belong to one only.",
                "Leave one, or write a class for each with ids of its own.");
    }

    private static boolean hasScope(Binding<?> binding) {
        return binding.acceptScopingVisitor(new DefaultBindingScopingVisitor<Boolean>() {
            @Override
            public Boolean visitNoScoping() {
                return binding instanceof InstanceBinding;
            }

            @Override
            protected Boolean visitOther() {
                return true;
            }
        });
    }
}
