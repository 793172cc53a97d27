package dev.onchange.engine.scan;

import dev.onchange.ChangeEvent;
import dev.onchange.engine.scan.rule.Declaration;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is called for a change. */
public sealed interface HandlerTarget {

    /** Where the user declared it, for messages. */
    String where();

    /** Where the user declared an attribute, for messages. */
    default String where(String attribute) {
        return Declaration.where(where(), attribute);
    }

    /**
     * An annotated method.
     *
     * @param type the class through which it was found; it may inherit the method
     * @param method the method, already made accessible; never static or private
     * @param parameters what each of its parameters receives, in the method's order
     * @param instance the object to call; null if one is to be supplied for {@code type} at start
     * @param generated how generated code calls the method on objects of {@code type}; null if there is none
     */
    record OfMethod(
            Class<?> type,
            Method method,
            List<Parameter> parameters,
            @Nullable Object instance,
            @Nullable GeneratedMethod generated)
            implements HandlerTarget {

        public OfMethod {
            parameters = List.copyOf(parameters);
        }

        /** A method that is called by reflection. */
        public OfMethod(Class<?> type, Method method, List<Parameter> parameters, @Nullable Object instance) {
            this(type, method, parameters, instance, null);
        }

        /** Whether a call gets a list of changes. */
        public boolean takesBatches() {
            return parameters.stream().anyMatch(parameter -> parameter.role().isList());
        }

        @Override
        public String where() {
            return type.getName() + "#" + KotlinMethods.nameOf(method);
        }
    }

    /**
     * A function registered without an annotation.
     *
     * @param name how it is named in messages
     * @param function what it returns is treated as a method's return value
     */
    record OfFunction(String name, HandlerFunction function) implements HandlerTarget {

        /** A function that takes the event alone. */
        public OfFunction(String name, Function<ChangeEvent<?>, @Nullable Object> function) {
            this(name, (change, attempt, session) -> function.apply(change));
        }

        @Override
        public String where() {
            return name;
        }

        @Override
        public String where(String attribute) {
            return name + "." + attribute + "(…)";
        }
    }

    /** Something of which only the name is known, as it is called elsewhere. */
    record Named(String where) implements HandlerTarget {}
}
