package dev.onchange.engine.invoke;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.Exhausted;
import dev.onchange.FailureRules;
import dev.onchange.Ordering;
import dev.onchange.RetryPolicy;
import dev.onchange.Scope;
import dev.onchange.StartFrom;
import dev.onchange.engine.scan.CallOptions;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.FoundBy;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.HandlerTarget;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.engine.scan.RecoveryOptions;
import dev.onchange.engine.scan.SharingOptions;
import dev.onchange.engine.scan.StreamOptions;
import dev.onchange.engine.scan.WatchedScope;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Handlers as a scan would describe them. */
public final class Specs {

    public static final DocumentOptions NOTHING_ATTACHED =
            new DocumentOptions(FullDocument.DEFAULT, FullDocumentBeforeChange.DEFAULT, false);

    private Specs() {}

    /** The only method of that name. */
    public static HandlerSpec method(Object instance, String name) {
        return method(instance.getClass(), name, instance);
    }

    public static HandlerSpec method(Class<?> type, String name, @Nullable Object instance) {
        Method method = Arrays.stream(type.getDeclaredMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
        method.setAccessible(true);
        List<Parameter> parameters = Arrays.stream(method.getGenericParameterTypes())
                .map(Specs::parameter)
                .toList();
        Type payload = parameters.stream()
                .filter(parameter -> parameter.role().ordinal() <= Parameter.Role.PAYLOAD.ordinal())
                .map(Parameter::type)
                .findFirst()
                .orElse(Document.class);
        return spec(new HandlerTarget.OfMethod(type, method, parameters, instance), payload);
    }

    public static HandlerSpec spec(HandlerTarget target, Type payload) {
        return new HandlerSpec(
                "id",
                target,
                FoundBy.OBJECT,
                new WatchedScope(Scope.DATABASE, "shop", ""),
                Set.of(),
                "",
                List.of(),
                NOTHING_ATTACHED,
                payload,
                Ordering.BY_KEY,
                1,
                new RetryPolicy(1, Duration.ZERO, 1, Duration.ZERO, 0, FailureRules.RETRY_ALL),
                Exhausted.DEAD_LETTER,
                StartFrom.NOW,
                false,
                SharingOptions.DEFAULT,
                CallOptions.DEFAULT,
                StreamOptions.DEFAULT,
                RecoveryOptions.DEFAULT,
                null,
                null);
    }

    /** The same with an own pipeline. */
    public static HandlerSpec piped(HandlerSpec spec, String... stages) {
        return copy(spec, List.of(stages), spec.documents());
    }

    /** The same with other documents attached. */
    public static HandlerSpec wanting(HandlerSpec spec, DocumentOptions documents) {
        return copy(spec, spec.pipeline(), documents);
    }

    private static HandlerSpec copy(HandlerSpec spec, List<String> pipeline, DocumentOptions documents) {
        return new HandlerSpec(
                spec.id(),
                spec.target(),
                spec.foundBy(),
                spec.watched(),
                spec.operations(),
                spec.match(),
                pipeline,
                documents,
                spec.payload(),
                spec.ordering(),
                spec.concurrency(),
                spec.retry(),
                spec.exhausted(),
                spec.startFrom(),
                spec.transactional(),
                spec.sharing(),
                spec.calls(),
                spec.stream(),
                spec.recovery(),
                spec.batch(),
                spec.coalescing());
    }

    private static Parameter parameter(Type type) {
        Type raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
        if (raw == ChangeEvent.class) {
            return new Parameter(Parameter.Role.EVENT, argument(type));
        }
        if (raw == ChangeStreamDocument.class) {
            return new Parameter(Parameter.Role.DRIVER_DOCUMENT, argument(type));
        }
        if (raw == UpdateDescription.class) {
            return new Parameter(Parameter.Role.UPDATE_DESCRIPTION, type);
        }
        if (raw == ClientSession.class) {
            return new Parameter(Parameter.Role.SESSION, type);
        }
        return new Parameter(raw == Attempt.class ? Parameter.Role.ATTEMPT : Parameter.Role.PAYLOAD, type);
    }

    private static Type argument(Type type) {
        return type instanceof ParameterizedType generic ? generic.getActualTypeArguments()[0] : Document.class;
    }
}
