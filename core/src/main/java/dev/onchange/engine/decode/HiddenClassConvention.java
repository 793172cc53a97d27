package dev.onchange.engine.decode;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.bson.codecs.pojo.ClassModelBuilder;
import org.bson.codecs.pojo.Convention;
import org.bson.codecs.pojo.InstanceCreator;
import org.bson.codecs.pojo.PropertyAccessor;
import org.bson.codecs.pojo.PropertyModel;
import org.bson.codecs.pojo.PropertyModelBuilder;
import org.bson.codecs.pojo.annotations.BsonCreator;

/** Lets the driver's POJO codec build a class that is not public, and set its properties. */
final class HiddenClassConvention implements Convention {

    @Override
    public void apply(ClassModelBuilder<?> builder) {
        if (hierarchy(builder.getType()).allMatch(type -> PayloadCodecs.isVisibleTo(Convention.class, type))) {
            return;
        }
        builder.getPropertyModelBuilders().forEach(property -> open(builder.getType(), property));
        openConstructor(builder);
    }

    private static <T> void openConstructor(ClassModelBuilder<T> builder) {
        Class<T> type = builder.getType();
        if (Modifier.isAbstract(type.getModifiers()) || hasCreator(type)) {
            return;
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (constructor.getParameterCount() == 0 && opened(constructor)) {
                builder.instanceCreatorFactory(() -> new Instance<>(type, constructor));
            }
        }
    }

    private static boolean hasCreator(Class<?> type) {
        return Stream.concat(Arrays.stream(type.getDeclaredConstructors()), Arrays.stream(type.getDeclaredMethods()))
                .anyMatch(executable -> executable.isAnnotationPresent(BsonCreator.class));
    }

    private static <T> void open(Class<?> type, PropertyModelBuilder<T> property) {
        PropertyAccessor<T> given = property.getPropertyAccessor();
        if (!property.isWritable() || given == null) {
            return;
        }
        Optional<Method> setter = setter(type, property.getName()).filter(HiddenClassConvention::opened);
        Optional<Field> field = field(type, property.getName()).filter(HiddenClassConvention::opened);
        if (setter.isPresent()) {
            property.propertyAccessor(new Opened<>(given, setter.get()::invoke));
        } else if (field.isPresent()) {
            property.propertyAccessor(new Opened<>(given, field.get()::set));
        }
    }

    private static Optional<Method> setter(Class<?> type, String property) {
        String name = "set" + Character.toUpperCase(property.charAt(0)) + property.substring(1);
        return hierarchy(type)
                .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
                .filter(method -> method.getName().equals(name) && method.getParameterCount() == 1)
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isBridge())
                .findFirst();
    }

    private static Optional<Field> field(Class<?> type, String property) {
        return hierarchy(type)
                .flatMap(each -> Arrays.stream(each.getDeclaredFields()))
                .filter(field -> field.getName().equals(property) && Modifier.isPublic(field.getModifiers()))
                .findFirst();
    }

    private static Stream<Class<?>> hierarchy(Class<?> type) {
        return Stream.iterate(type, each -> each != null, Class::getSuperclass);
    }

    private static boolean opened(AccessibleObject member) {
        return member.trySetAccessible();
    }

    /** Sets by a member that has been made accessible. */
    private record Opened<T>(PropertyAccessor<T> given, Setter setter) implements PropertyAccessor<T> {

        @Override
        public <S> T get(S instance) {
            return given.get(instance);
        }

        @Override
        public <S> void set(S instance, T value) {
            try {
                setter.set(instance, value);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                throw new CodecConfigurationException("Unable to set a property to " + value, e);
            }
        }
    }

    private interface Setter {
        void set(Object instance, Object value) throws ReflectiveOperationException;
    }

    /** One object under construction. */
    private static final class Instance<T> implements InstanceCreator<T> {

        private final T instance;

        Instance(Class<T> type, Constructor<?> constructor) {
            try {
                this.instance = type.cast(constructor.newInstance());
            } catch (ReflectiveOperationException e) {
                throw new CodecConfigurationException("Unable to build a " + type.getName(), e);
            }
        }

        @Override
        public <S> void set(S value, PropertyModel<S> property) {
            property.getPropertyAccessor().set(instance, value);
        }

        @Override
        public T getInstance() {
            return instance;
        }
    }
}
