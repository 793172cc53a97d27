package dev.onchange.decode;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.scan.DocumentOptions;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.stream.RawChange;
import java.lang.reflect.Type;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.bson.codecs.configuration.CodecRegistry;

/**
 * Turns raw changes into events. Safe for use by several threads.
 *
 * <p>It keeps codecs, and with them the payload classes, as long as it lives itself: plug-in classes that are to be
 * unloaded need a decoder of their own. The registry it is given never learns of a payload class.
 */
public final class EventDecoder {

    private final CodecRegistry registry;
    private final Map<Type, Decoding<?>> decodings = new ConcurrentHashMap<>();
    private final Map<Key, Payload<?>> payloads = new ConcurrentHashMap<>();

    /** @param registry the client's; classes for which it has no codec are decoded as POJOs */
    public EventDecoder(CodecRegistry registry) {
        this.registry = PayloadCodecs.registry(registry);
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
        try {
            return visible(handler);
        } catch (CodecConfigurationException e) {
            throw new OnChangeException(List.of(undecodable(handler, e)), e);
        }
    }

    private Payload<?> visible(HandlerSpec handler) {
        if (handler.pipeline().isEmpty()) {
            return payload(handler.payload(), hidden(handler.documents()), false);
        }
        // A stream with an own pipeline feeds nobody else: there is nothing to hide.
        boolean wholeEvent = !Shape.keepsFullDocument(handler.pipeline());
        Payload<?> payload = payload(handler.payload(), Set.of(), wholeEvent);
        if (wholeEvent) {
            new Probe(registry).checkTakesToken(payload.decoding());
        }
        return payload;
    }

    /**
     * Documents of this type, all of them.
     *
     * @throws org.bson.codecs.configuration.CodecConfigurationException if no codec can decode the type
     */
    public Payload<?> payload(Type type) {
        return payload(type, Set.of(), false);
    }

    private Payload<?> payload(Type type, Set<Payload.Hidden> hidden, boolean wholeEvent) {
        Type concrete = PayloadTypes.concrete(type);
        return payloads.computeIfAbsent(
                new Key(concrete, hidden, wholeEvent), key -> new Payload<>(decoding(concrete), hidden, wholeEvent));
    }

    private Decoding<?> decoding(Type type) {
        return decodings.computeIfAbsent(type, wanted -> {
            Decoding<?> decoding = new Decoding<>(wanted, registry);
            new Probe(registry).check(decoding);
            return decoding;
        });
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

    private static Problem undecodable(HandlerSpec handler, CodecConfigurationException cause) {
        return new Problem(
                ProblemCode.UNDECODABLE_PAYLOAD,
                handler.where(),
                "documents cannot be decoded to " + handler.payload().getTypeName() + ": "
                        + String.valueOf(cause.getMessage()).strip().replaceFirst("\\.?$", "."),
                "Use a record, a class with a public no-argument constructor, Document, BsonDocument or"
                        + " RawBsonDocument, or give the client a codec for the type.");
    }

    private record Key(Type type, Set<Payload.Hidden> hidden, boolean wholeEvent) {}
}
