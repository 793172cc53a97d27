package dev.onchange.engine.decode;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.OnChangeException;
import dev.onchange.engine.match.notice.DocumentFields;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.KotlinMethods;
import dev.onchange.engine.stream.RawChange;
import java.lang.reflect.Type;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.bson.codecs.configuration.CodecProvider;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Turns raw changes into events. Safe for use by several threads.
 *
 * <p>It keeps codecs, and with them the payload classes, as long as it lives itself: plug-in classes that are to be
 * unloaded need a decoder of their own. The registry it is given never learns of a payload class.
 */
public final class EventDecoder {

    private final CodecSet common;
    private final Function<HandlerSpec, @Nullable CodecProvider> ofHandler;
    private final CodecRegistry fallback;
    private final Map<CodecProvider, CodecSet> own = new ConcurrentHashMap<>();

    /** @param registry the client's; classes for which it has no codec are decoded as POJOs */
    public EventDecoder(CodecRegistry registry) {
        this(registry, handler -> null, registry);
    }

    /**
     * @param registry of handlers that have no codecs of their own
     * @param ofHandler the codecs of a handler's own; null if it has none
     * @param fallback of handlers that have codecs of their own, for what these do not know
     */
    public EventDecoder(
            CodecRegistry registry, Function<HandlerSpec, @Nullable CodecProvider> ofHandler, CodecRegistry fallback) {
        this.common = new CodecSet(registry);
        this.ofHandler = ofHandler;
        this.fallback = fallback;
    }

    /** The change, nothing of it decoded yet. */
    public Change change(RawChange raw) {
        return new DecodedChange(raw, this);
    }

    /**
     * What a handler sees of its changes.
     *
     * @throws OnChangeException if no codec can decode its payload type
     */
    public Payload<?> payload(HandlerSpec handler) {
        checkMapping(handler);
        boolean own = !handler.pipeline().isEmpty();
        boolean wholeEvent = own && !Shape.keepsFullDocument(handler.pipeline());
        // A stream with an own pipeline feeds this handler alone: there is nothing to hide.
        Set<Payload.Hidden> hidden = own ? Set.of() : hidden(handler.documents());
        Payload<?> payload;
        try {
            payload = codecs(handler).payload(handler.payload(), hidden, wholeEvent);
        } catch (CodecConfigurationException e) {
            Class<?> type = PayloadTypes.raw(handler.payload());
            Message message = type != null && KotlinMethods.isKotlin(type)
                    ? Message.UNDECODABLE_KOTLIN
                    : Message.UNDECODABLE_PAYLOAD;
            throw new OnChangeException(
                    List.of(message.at(handler.where(), handler.payload().getTypeName(), reason(e))), e);
        }
        if (wholeEvent) {
            checkTakesToken(handler, payload);
        }
        return payload;
    }

    /**
     * Documents of this type, all of them.
     *
     * @throws org.bson.codecs.configuration.CodecConfigurationException if no codec can decode the type
     */
    public Payload<?> payload(Type type) {
        return common.payload(type, Set.of(), false);
    }

    /** The fields of a handler's payload type; empty if documents may have any, or a codec of the user's reads them. */
    public Optional<DocumentFields> fields(HandlerSpec handler) {
        return codecs(handler).fields(handler.payload());
    }

    private CodecSet codecs(HandlerSpec handler) {
        CodecProvider provider = ofHandler.apply(handler);
        return provider == null
                ? common
                : own.computeIfAbsent(provider, first -> new CodecSet(CodecRegistries.fromProviders(first, fallback)));
    }

    private static Set<Payload.Hidden> hidden(DocumentOptions wanted) {
        Set<Payload.Hidden> hidden = EnumSet.noneOf(Payload.Hidden.class);
        if (wanted.fullDocument() == FullDocument.DEFAULT) {
            hidden.add(Payload.Hidden.LOOKED_UP);
        }
        if (wanted.fullDocumentBeforeChange() == FullDocumentBeforeChange.DEFAULT
                || wanted.fullDocumentBeforeChange() == FullDocumentBeforeChange.OFF) {
            hidden.add(Payload.Hidden.BEFORE);
        }
        return hidden;
    }

    /** The driver's message on one line, without its full stop and the name of its internal key. */
    private static String reason(CodecConfigurationException e) {
        return String.valueOf(e.getMessage())
                .replaceAll("CodecCacheKey\\{clazz=(.*?), types=.*?}", "$1")
                .replaceAll("\\s+", " ")
                .strip()
                .replaceFirst("\\.$", "");
    }

    /** Where Spring Data's annotations would be ignored: documents would arrive with fields missing, or not at all. */
    private void checkMapping(HandlerSpec handler) {
        Class<?> type = PayloadTypes.raw(handler.payload());
        if (type != null && codecs(handler).readFields(type)) {
            SpringDataAnnotations.on(type).ifPresent(annotation -> {
                throw new OnChangeException(
                        List.of(Message.MAPPED_BY_SPRING_DATA.at(handler.where(), type.getTypeName(), annotation)));
            });
        }
    }

    private static void checkTakesToken(HandlerSpec handler, Payload<?> payload) {
        Probe.refusalOfToken(payload.decoding()).ifPresent(reason -> {
            throw new OnChangeException(List.of(Message.TOKEN_IN_ID.at(handler.where(), payload, reason)));
        });
    }
}
