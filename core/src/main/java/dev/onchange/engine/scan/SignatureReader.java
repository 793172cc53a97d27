package dev.onchange.engine.scan;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what a method takes. Used once, by one thread. */
final class SignatureReader {

    private final Generics generics;
    private final Method method;
    private final String where;
    private final List<Parameter.Role> roles = new ArrayList<>();
    private final List<PayloadWish> wishes = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private SignatureReader(Class<?> type, Method method, String where) {
        this.generics = new Generics(type);
        this.method = method;
        this.where = where;
    }

    /** Seen from the class through which the method was found, which may say what type variables stand for. */
    static Signature read(Class<?> type, Method method, String where) {
        SignatureReader reader = new SignatureReader(type, method, where);
        Type[] types = method.getGenericParameterTypes();
        for (int i = 0; i < KotlinMethods.parametersOf(method); i++) {
            reader.add(i + 1, reader.generics.resolve(types[i]));
        }
        return new Signature(List.copyOf(reader.roles), List.copyOf(reader.wishes), List.copyOf(reader.problems));
    }

    private void add(int number, Type type) {
        Optional<Parameter.Role> role = ParameterKinds.of(type).role();
        if (role.isEmpty()) {
            problems.add(unsupplied(number, type));
        } else if (isPayload(role.get()) && roles.contains(role.get())) {
            problems.add(Message.SECOND_PAYLOAD.at(place(number), roles.indexOf(role.get()) + 1));
        } else {
            roles.add(role.get());
            wish(role.get(), "parameter " + number, type).ifPresent(wishes::add);
        }
    }

    private static Optional<PayloadWish> wish(Parameter.Role role, String source, Type type) {
        return switch (role) {
            case EVENT, DRIVER_DOCUMENT -> PayloadWish.ofGeneric(source, type);
            case PAYLOAD -> Optional.of(PayloadWish.ofDocument(source, type));
            case EVENTS, DRIVER_DOCUMENTS -> PayloadWish.ofGeneric(source, element(type));
            case PAYLOADS -> Optional.of(PayloadWish.ofDocument(source, element(type)));
            default -> Optional.empty();
        };
    }

    private static boolean isPayload(Parameter.Role role) {
        return role == Parameter.Role.PAYLOAD || role == Parameter.Role.PAYLOADS;
    }

    /** Of a list; compilers of other languages write it with a wildcard. */
    private static Type element(Type list) {
        Type element = ((ParameterizedType) list).getActualTypeArguments()[0];
        if (element instanceof WildcardType wildcard) {
            return wildcard.getLowerBounds().length > 0 ? wildcard.getLowerBounds()[0] : wildcard.getUpperBounds()[0];
        }
        return element;
    }

    private Problem unsupplied(int number, Type type) {
        String suggestion = ParameterKinds.of(type).suggestion();
        return Message.UNSUPPLIED_PARAMETER.at(place(number), type.getTypeName(), suggestion);
    }

    private String place(int number) {
        java.lang.reflect.Parameter parameter = method.getParameters()[number - 1];
        String name = parameter.isNamePresent() ? " (" + parameter.getName() + ")" : "";
        return where + " parameter " + number + name;
    }
}
