package dev.onchange.engine.decode;

import dev.onchange.engine.match.notice.DocumentFields;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.codecs.configuration.CodecRegistry;

/** What handlers with the same codecs share. Safe for use by several threads. */
final class CodecSet implements ReflectedFields.Codecs {

    private final CodecRegistry given;
    private final CodecRegistry registry;
    private final Map<Type, Decoding<?>> decodings = new ConcurrentHashMap<>();
    private final Map<Key, Payload<?>> payloads = new ConcurrentHashMap<>();

    /** @param given the client's registry, perhaps with codecs of a container's or a handler's before it */
    CodecSet(CodecRegistry given) {
        this.given = given;
        this.registry = PayloadCodecs.registry(given);
    }

    /** @throws org.bson.codecs.configuration.CodecConfigurationException if no codec can decode the type */
    Payload<?> payload(Type type, Set<Payload.Hidden> hidden, boolean wholeEvent) {
        Type concrete = PayloadTypes.concrete(type);
        return payloads.computeIfAbsent(
                new Key(concrete, hidden, wholeEvent), key -> new Payload<>(decoding(concrete), hidden, wholeEvent));
    }

    private Decoding<?> decoding(Type type) {
        return decodings.computeIfAbsent(type, wanted -> {
            Decoding<?> decoding = new Decoding<>(wanted, registry);
            new Probe(registry, pojo -> PayloadCodecs.isAutomatic(given, pojo)).check(decoding);
            return decoding;
        });
    }

    /** The fields of a payload type; empty if documents may have any, or a codec of the user's reads them. */
    Optional<DocumentFields> fields(Type payload) {
        return ReflectedFields.of(PayloadTypes.concrete(payload), this);
    }

    @Override
    public boolean readFields(Class<?> type) {
        return PayloadCodecs.readsFields(given, type);
    }

    @Override
    public boolean writeNames(Class<?> type) {
        return PayloadCodecs.writesNames(given, type);
    }

    private record Key(Type type, Set<Payload.Hidden> hidden, boolean wholeEvent) {

        // By hand, see D69.
        @Override
        public int hashCode() {
            return Objects.hash(type, hidden, wholeEvent);
        }
    }
}
