package dev.onchange.inject;

import dev.onchange.OnChangeException;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.List;

/**
 * How an object of a class is made.
 *
 * @param constructor made accessible
 * @param arguments what it is given
 */
record Construction(Constructor<?> constructor, List<Object> arguments) {

    /**
     * Finds out how, without doing it.
     *
     * @throws OnChangeException with all that stands in the way
     */
    static Construction of(Class<?> type, KnownObjects known) {
        Constructor<?> constructor = new Constructors(type).usable();
        ConstructorArguments arguments = new ConstructorArguments(constructor, known);
        if (!arguments.problems().isEmpty()) {
            throw new OnChangeException(arguments.problems());
        }
        return new Construction(constructor, arguments.values());
    }

    Object make() {
        String where = constructor.getDeclaringClass().getName();
        try {
            return constructor.newInstance(arguments.toArray());
        } catch (InvocationTargetException e) {
            throw failed(where, e.getCause() == null ? e : e.getCause());
        } catch (InstantiationException | IllegalAccessException e) {
            throw failed(where, e);
        }
    }

    private static OnChangeException failed(String where, Throwable cause) {
        Problem problem = Message.CONSTRUCTOR_FAILED.at(where, cause);
        return new OnChangeException(List.of(problem), cause);
    }
}
