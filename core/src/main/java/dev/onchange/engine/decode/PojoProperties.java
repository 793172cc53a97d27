package dev.onchange.engine.decode;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.codecs.pojo.ClassModel;
import org.bson.codecs.pojo.PropertyModel;

/** The properties of a class as the driver's conventions see them, with their types, which its model does not give. */
final class PojoProperties {

    private PojoProperties() {}

    /** Those that documents are decoded to, as far as a field or a setter shows their type, by name. */
    static Map<String, Type> of(Class<?> type) {
        Map<String, Type> types = new HashMap<>();
        for (PropertyModel<?> property : ClassModel.builder(type).build().getPropertyModels()) {
            if (property.isWritable() && property.getCodec() == null) {
                typeOf(property.getName(), type).ifPresent(found -> types.put(property.getName(), found));
            }
        }
        return types;
    }

    private static Optional<Type> typeOf(String property, Class<?> type) {
        String setter = "set" + Character.toUpperCase(property.charAt(0)) + property.substring(1);
        return hierarchy(type)
                .flatMap(each -> Stream.concat(
                        Arrays.stream(each.getDeclaredMethods())
                                .filter(method -> method.getName().equals(setter)
                                        && method.getParameterCount() == 1
                                        && !method.isBridge())
                                .map(PojoProperties::taken),
                        Arrays.stream(each.getDeclaredFields())
                                .filter(field -> field.getName().equals(property))
                                .map(Field::getGenericType)))
                .findFirst();
    }

    private static Type taken(Method setter) {
        return setter.getGenericParameterTypes()[0];
    }

    private static Stream<Class<?>> hierarchy(Class<?> type) {
        return Stream.iterate(type, each -> each != null, Class::getSuperclass);
    }
}
