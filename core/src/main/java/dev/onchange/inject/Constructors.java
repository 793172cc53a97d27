package dev.onchange.inject;

import dev.onchange.OnChangeException;
import dev.onchange.engine.message.Message;
import jakarta.inject.Inject;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chooses the constructor of a class. */
final class Constructors {

    private final Class<?> type;

    Constructors(Class<?> type) {
        this.type = type;
    }

    /**
     * The constructor with {@code @Inject}, else the one without parameters, made accessible.
     *
     * @throws OnChangeException if there is none that can be used
     */
    Constructor<?> usable() {
        refuseClassesWithoutObjects();
        refuseMemberInjection();
        List<Constructor<?>> injected = Arrays.stream(type.getDeclaredConstructors())
                .filter(each -> each.isAnnotationPresent(Inject.class))
                .toList();
        if (injected.size() > 1) {
            throw refused(Message.SEVERAL_CONSTRUCTORS, injected.size());
        }
        return opened(injected.isEmpty() ? withoutParameters() : notPrivate(injected.get(0)));
    }

    private void refuseClassesWithoutObjects() {
        if (type.isInterface()) {
            throw refused(Message.ABSTRACT_CLASS, "an interface", "implements");
        }
        if (Modifier.isAbstract(type.getModifiers())) {
            throw refused(Message.ABSTRACT_CLASS, "an abstract class", "extends");
        }
        if (type.isEnum()) {
            throw refused(Message.ENUM_CLASS, type.getSimpleName());
        }
        boolean inner = type.isMemberClass() && !Modifier.isStatic(type.getModifiers());
        if (inner || type.isLocalClass() || type.isAnonymousClass()) {
            throw refused(Message.INNER_CLASS);
        }
    }

    private void refuseMemberInjection() {
        List<AnnotatedElement> members = new ArrayList<>();
        for (@Nullable Class<?> each = type; each != null; each = each.getSuperclass()) {
            members.addAll(List.of(each.getDeclaredFields()));
            members.addAll(List.of(each.getDeclaredMethods()));
        }
        Optional<String> injected = members.stream()
                .filter(member -> member.isAnnotationPresent(Inject.class))
                .map(member -> ((Member) member).getName())
                .findFirst();
        if (injected.isPresent()) {
            throw refused(Message.MEMBER_INJECTION, injected.get());
        }
    }

    private Constructor<?> withoutParameters() {
        return Stream.of(type.getDeclaredConstructors())
                .filter(each -> each.getParameterCount() == 0 && !Modifier.isPrivate(each.getModifiers()))
                .findFirst()
                .orElseThrow(() -> refused(Message.NO_CONSTRUCTOR));
    }

    private Constructor<?> notPrivate(Constructor<?> constructor) {
        if (Modifier.isPrivate(constructor.getModifiers())) {
            throw refused(Message.PRIVATE_CONSTRUCTOR);
        }
        return constructor;
    }

    private Constructor<?> opened(Constructor<?> constructor) {
        if (!constructor.trySetAccessible()) {
            throw refused(Message.CLOSED_CONSTRUCTOR, type.getModule().getName(), type.getPackageName());
        }
        return constructor;
    }

    private OnChangeException refused(Message message, Object... arguments) {
        return new OnChangeException(List.of(message.at(type.getName(), arguments)));
    }
}
