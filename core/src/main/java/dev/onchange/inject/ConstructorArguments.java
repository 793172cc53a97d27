package dev.onchange.inject;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.message.Suggestion;
import dev.onchange.problem.Problem;
import jakarta.inject.Named;
import jakarta.inject.Provider;
import jakarta.inject.Qualifier;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds what a constructor is to be given among registered objects. */
final class ConstructorArguments {

    private final KnownObjects known;
    private final String where;
    private final List<Object> values = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    ConstructorArguments(Constructor<?> constructor, KnownObjects known) {
        this.known = known;
        this.where = constructor.getDeclaringClass().getName();
        Parameter[] parameters = constructor.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            add(i + 1, parameters[i]);
        }
    }

    /** In the order of the parameters; complete if there is no problem. */
    List<Object> values() {
        return values;
    }

    /** Which parameters cannot be served. */
    List<Problem> problems() {
        return problems;
    }

    private void add(int number, Parameter parameter) {
        Optional<Annotation> foreign = foreignQualifier(parameter);
        if (foreign.isPresent()) {
            String qualifier = foreign.get().annotationType().getSimpleName();
            problems.add(Message.UNKNOWN_QUALIFIER.at(where, number, qualifier));
            return;
        }
        Class<?> wanted = wanted(parameter);
        Named named = parameter.getAnnotation(Named.class);
        Optional<Object> found = named == null ? byType(number, wanted) : byName(number, wanted, named.value());
        found.ifPresent(object -> values.add(parameter.getType() == Provider.class ? providerOf(object) : object));
    }

    private Optional<Object> byType(int number, Class<?> wanted) {
        List<Object> serving = known.of(wanted);
        if (serving.isEmpty()) {
            problems.add(Message.NOTHING_KNOWN.at(where, number, wanted.getName()));
        } else if (serving.size() > 1) {
            String parameter = "Parameter " + number + " of its constructor, a " + wanted.getName() + ",";
            problems.add(Message.SEVERAL_KNOWN.at(where, parameter, ConstructedInstances.classNames(serving)));
        }
        return serving.size() == 1 ? Optional.of(serving.get(0)) : Optional.empty();
    }

    private Optional<Object> byName(int number, Class<?> wanted, String name) {
        Object object = known.named(name);
        if (object == null) {
            problems.add(Message.NOTHING_NAMED.at(where, number, name, Suggestion.of(name, known.names())));
            return Optional.empty();
        }
        if (!wanted.isInstance(object)) {
            problems.add(Message.NAMED_OF_OTHER_TYPE.at(
                    where, number, wanted.getName(), name, object.getClass().getName()));
            return Optional.empty();
        }
        return Optional.of(object);
    }

    private static Provider<Object> providerOf(Object object) {
        return () -> object;
    }

    /** The class of the parameter, of a {@code Provider} that of what it provides; objects in place of primitives. */
    private static Class<?> wanted(Parameter parameter) {
        if (parameter.getType() == Provider.class
                && parameter.getParameterizedType() instanceof ParameterizedType type) {
            return erasure(type.getActualTypeArguments()[0]);
        }
        return MethodType.methodType(parameter.getType()).wrap().returnType();
    }

    private static Class<?> erasure(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            return (Class<?>) parameterized.getRawType();
        }
        if (type instanceof WildcardType wildcard) {
            return erasure(wildcard.getUpperBounds()[0]);
        }
        return type instanceof Class<?> plain ? plain : Object.class;
    }

    private static Optional<Annotation> foreignQualifier(Parameter parameter) {
        return Arrays.stream(parameter.getAnnotations())
                .filter(annotation -> !(annotation instanceof Named))
                .filter(annotation -> annotation.annotationType().isAnnotationPresent(Qualifier.class))
                .findFirst();
    }
}
