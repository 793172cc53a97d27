package dev.onchange.engine.decode;

import dev.onchange.engine.match.notice.DocumentFields;
import dev.onchange.engine.match.notice.ValueKind;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.codecs.pojo.annotations.BsonCreator;
import org.bson.codecs.pojo.annotations.BsonDiscriminator;
import org.bson.codecs.pojo.annotations.BsonExtraElements;
import org.bson.codecs.pojo.annotations.BsonId;
import org.bson.codecs.pojo.annotations.BsonProperty;
import org.bson.codecs.pojo.annotations.BsonRepresentation;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a loaded class or record, as the driver's codecs see them. All fields of a class count, whether or not
 * they can be reached, as in the annotation processor.
 */
final class ReflectedFields implements DocumentFields {

    private static final String ID = "_id";

    private final Class<?> type;
    private final Codecs codecs;
    private final Map<String, Type> types = new HashMap<>();
    private final Map<String, String> stored = new HashMap<>();
    private final Set<String> represented = new HashSet<>();
    private boolean open;

    private ReflectedFields(Class<?> type, Codecs codecs) {
        this.type = type;
        this.codecs = codecs;
    }

    /** What codecs make of classes. */
    interface Codecs {

        /** Whether they decode a class field by field. */
        boolean readFields(Class<?> type);

        /** Whether they write the constants of an enum as their names. */
        boolean writeNames(Class<?> type);
    }

    /** Those of a type; empty if it is no class that is decoded field by field. */
    static Optional<DocumentFields> of(Type payload, Codecs codecs) {
        Class<?> type =
                payload instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : classOf(payload);
        // What is abstract may stand for classes with further fields; what the driver brings along is a document.
        if (type == null
                || type.isInterface()
                || Modifier.isAbstract(type.getModifiers())
                || !codecs.readFields(type)) {
            return Optional.empty();
        }
        ReflectedFields fields = new ReflectedFields(type, codecs);
        Stream.<Class<?>>iterate(
                        type,
                        each -> each != null && each != Object.class && each != Record.class,
                        Class::getSuperclass)
                .forEach(fields::read);
        fields.stored.keySet().forEach(fields.types::remove);
        return Optional.of(fields);
    }

    private static @Nullable Class<?> classOf(Type type) {
        return type instanceof Class<?> plain ? plain : null;
    }

    @Override
    public String type() {
        return type.getSimpleName();
    }

    @Override
    public boolean isMissing(String name) {
        return !open && !name.equals(ID) && !types.containsKey(name);
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(types.keySet());
    }

    @Override
    public @Nullable String storedAs(String name) {
        return stored.get(name);
    }

    @Override
    public Optional<DocumentFields> below(String name) {
        Type declared = types.get(name);
        return declared == null ? Optional.empty() : of(element(declared), codecs);
    }

    @Override
    public ValueKind kind(String name) {
        Type declared = types.get(name);
        if (declared == null || represented.contains(name)) {
            return ValueKind.ANY;
        }
        Type element = element(declared);
        return element instanceof Class<?> plain && plain.isEnum()
                ? ValueKind.STRING
                : ValueKind.ofType(element.getTypeName());
    }

    @Override
    public boolean isArray(String name) {
        Type declared = types.get(name);
        return declared != null && element(declared) != declared;
    }

    @Override
    public Set<String> constants(String name) {
        Type declared = types.get(name);
        return declared == null
                        || represented.contains(name)
                        || !(element(declared) instanceof Class<?> plain)
                        || !plain.isEnum()
                        || !codecs.writeNames(plain)
                ? Set.of()
                : Arrays.stream(plain.getEnumConstants())
                        .map(constant -> ((Enum<?>) constant).name())
                        .collect(Collectors.toSet());
    }

    private static Type element(Type type) {
        if (type instanceof GenericArrayType array) {
            return array.getGenericComponentType();
        }
        if (type instanceof Class<?> plain && plain.isArray()) {
            return plain.getComponentType();
        }
        return type instanceof ParameterizedType generic
                        && generic.getActualTypeArguments().length == 1
                        && generic.getRawType() instanceof Class<?> raw
                        && Iterable.class.isAssignableFrom(raw)
                ? generic.getActualTypeArguments()[0]
                : type;
    }

    private void read(Class<?> ancestor) {
        readDiscriminator(ancestor);
        Stream.concat(Arrays.stream(ancestor.getDeclaredConstructors()), Arrays.stream(ancestor.getDeclaredMethods()))
                .filter(creator -> creator.isAnnotationPresent(BsonCreator.class))
                .forEach(this::readCreator);
        for (Field field : ancestor.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                add(field.getName(), field.getGenericType(), field);
            }
        }
        if (!type.isRecord()) {
            for (Method method : ancestor.getDeclaredMethods()) {
                if (!Modifier.isStatic(method.getModifiers()) && !method.isSynthetic()) {
                    readAccessor(method);
                }
            }
        }
    }

    private void readCreator(Executable creator) {
        Arrays.stream(creator.getParameters())
                .filter(parameter -> parameter.isAnnotationPresent(BsonProperty.class))
                .forEach(parameter -> types.putIfAbsent(
                        parameter.getAnnotation(BsonProperty.class).value(), parameter.getParameterizedType()));
    }

    private void readAccessor(Method method) {
        String name = method.getName();
        if (name.startsWith("get") && method.getParameterCount() == 0) {
            add(decapitalized(name, 3), method.getGenericReturnType(), method);
        } else if (name.startsWith("is") && method.getParameterCount() == 0) {
            add(decapitalized(name, 2), method.getGenericReturnType(), method);
        } else if (name.startsWith("set") && method.getParameterCount() == 1) {
            add(decapitalized(name, 3), method.getGenericParameterTypes()[0], method);
        }
    }

    /** Such a class also stands for those below it, which may have further fields. */
    private void readDiscriminator(Class<?> ancestor) {
        BsonDiscriminator discriminator = ancestor.getAnnotation(BsonDiscriminator.class);
        if (discriminator != null) {
            types.putIfAbsent(discriminator.key().isEmpty() ? "_t" : discriminator.key(), String.class);
            open |= !Modifier.isFinal(type.getModifiers());
        }
    }

    private void add(String name, Type fieldType, AnnotatedElement element) {
        open |= element.isAnnotationPresent(BsonExtraElements.class);
        if (name.isEmpty()) {
            return;
        }
        BsonProperty named = element.getAnnotation(BsonProperty.class);
        String storedName = named == null || named.value().isEmpty() ? name : named.value();
        // The codec of classes takes a property called id for the key.
        boolean key = element.isAnnotationPresent(BsonId.class)
                || !type.isRecord() && name.equals("id") && storedName.equals(name) && !stored.containsKey(name);
        rename(name, key ? ID : storedName, fieldType);
        if (element.isAnnotationPresent(BsonRepresentation.class)) {
            represented.add(key ? ID : storedName);
        }
    }

    private void rename(String name, String storedName, Type fieldType) {
        types.putIfAbsent(storedName, fieldType);
        if (!name.equals(storedName)) {
            stored.put(name, storedName);
        }
    }

    private static String decapitalized(String name, int from) {
        return name.length() == from ? "" : Character.toLowerCase(name.charAt(from)) + name.substring(from + 1);
    }
}
