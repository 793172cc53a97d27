package dev.onchange.engine.decode;

import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.codecs.Codec;
import org.bson.codecs.EnumCodec;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.bson.codecs.configuration.CodecProvider;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.codecs.pojo.Convention;
import org.bson.codecs.pojo.Conventions;
import org.bson.codecs.pojo.PojoCodecProvider;
import org.jspecify.annotations.Nullable;

/**
 * Codecs for payloads: the client's own; where it has none, automatic POJO codecs. Records and POJOs need not be public,
 * as handlers need not: the driver's codecs can build only public ones. Records are decoded here, POJOs by the driver.
 *
 * <p>The client's registry is asked as a provider, so that it does not cache, and with that keep for ever, the payload
 * classes of plug-ins.
 */
final class PayloadCodecs implements CodecProvider {

    private static final String RECORD_CODEC = "org.bson.codecs.record.RecordCodec";

    private final CodecRegistry client;
    private final PojoCodecProvider pojos;

    private PayloadCodecs(CodecRegistry client) {
        this.client = client;
        List<Convention> conventions = new ArrayList<>(Conventions.DEFAULT_CONVENTIONS);
        conventions.add(new HiddenClassConvention());
        this.pojos = PojoCodecProvider.builder()
                .automatic(true)
                .conventions(conventions)
                .build();
    }

    static CodecRegistry registry(CodecRegistry client) {
        return CodecRegistries.fromProviders(new PayloadCodecs(client));
    }

    @Override
    public <T> Codec<T> get(Class<T> type, CodecRegistry registry) {
        return get(type, List.of(), registry);
    }

    @Override
    public <T> Codec<T> get(Class<T> type, List<Type> arguments, CodecRegistry registry) {
        Codec<T> own = ofClient(type, arguments, registry);
        if (own == null) {
            return pojos.get(type, arguments, registry);
        }
        if (own.getClass().getName().equals(RECORD_CODEC)) {
            return new PayloadRecordCodec<>(type, arguments, registry);
        }
        if (isVisibleTo(own.getClass(), type)) {
            return own;
        }
        if (isPojo(own) && !Modifier.isAbstract(type.getModifiers())) {
            throw new CodecConfigurationException("the client's registry has its own POJO codec for " + type.getName()
                    + ", which can use public classes only, and this one is not public");
        }
        return own;
    }

    /** The driver's codec of records refuses a component without naming it; ours names it. */
    private <T> @Nullable Codec<T> ofClient(Class<T> type, List<Type> arguments, CodecRegistry registry) {
        try {
            return client.get(type, arguments, registry);
        } catch (CodecConfigurationException refused) {
            if (type.isRecord()) {
                new PayloadRecordCodec<>(type, arguments, registry);
            }
            throw refused;
        }
    }

    /** Whether a client has no codec for a class, so that it is decoded as a POJO of the driver's own conventions. */
    static boolean isAutomatic(CodecRegistry client, Class<?> type) {
        return client.get(type, List.of(), registry(client)) == null;
    }

    /** Whether a class is decoded field by field, by a codec of the driver's or of the listeners. */
    static boolean readsFields(CodecRegistry client, Class<?> type) {
        if (type.isPrimitive() || type.isArray() || type.isEnum() || Map.class.isAssignableFrom(type)) {
            return false;
        }
        Codec<?> own;
        try {
            own = client.get(type, List.of(), registry(client));
        } catch (CodecConfigurationException refusedElsewhere) {
            return false;
        }
        return own == null
                ? !isOfLibraries(type)
                : isPojo(own) || own.getClass().getName().equals(RECORD_CODEC);
    }

    /** Whether the constants of an enum are written as their names, as the driver does. */
    static boolean writesNames(CodecRegistry client, Class<?> type) {
        try {
            Codec<?> own = client.get(type, List.of(), registry(client));
            return own == null || own instanceof EnumCodec;
        } catch (CodecConfigurationException refusedElsewhere) {
            return false;
        }
    }

    private static boolean isOfLibraries(Class<?> type) {
        String name = type.getName();
        return name.startsWith("java.") || name.startsWith("org.bson.") || name.startsWith("com.mongodb.");
    }

    static boolean isPojo(Codec<?> codec) {
        return codec.getClass().getPackageName().equals("org.bson.codecs.pojo");
    }

    /** Whether the driver's code in {@code caller} can use public members of the class. */
    static boolean isVisibleTo(Class<?> caller, Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && type.getModule().isExported(type.getPackageName(), caller.getModule());
    }
}
