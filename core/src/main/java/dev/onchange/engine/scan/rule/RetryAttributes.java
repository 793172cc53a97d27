package dev.onchange.engine.scan.rule;

import dev.onchange.OnChange;
import dev.onchange.Retry;
import java.util.Arrays;
import java.util.List;

/**
 * The attributes of {@code @Retry}, each as the annotation describes it.
 *
 * @param exceptions the classes that it names
 */
public record RetryAttributes(
        int attempts, String backoff, double multiplier, String maxBackoff, double jitter, Exceptions exceptions) {

    /** As the annotation has them when nothing is written. */
    public static final RetryAttributes DEFAULT = ofDefault();

    /**
     * The exceptions of an annotation, by the names of their classes: a compiler has no classes.
     *
     * @param on worth another attempt
     * @param except not worth one
     * @param stopOn at which the handler stops
     */
    public record Exceptions(List<String> on, List<String> except, List<String> stopOn) {

        public Exceptions {
            on = List.copyOf(on);
            except = List.copyOf(except);
            stopOn = List.copyOf(stopOn);
        }
    }

    /** Those of an annotation. */
    public static RetryAttributes of(Retry retry) {
        return new RetryAttributes(
                retry.attempts(),
                retry.backoff(),
                retry.multiplier(),
                retry.maxBackoff(),
                retry.jitter(),
                new Exceptions(names(retry.on()), names(retry.except()), names(retry.stopOn())));
    }

    private static List<String> names(Class<?>[] types) {
        return types.length == 0
                ? List.of()
                : Arrays.stream(types).map(Class::getTypeName).toList();
    }

    private static RetryAttributes ofDefault() {
        try {
            return of((Retry) OnChange.class.getMethod("retry").getDefaultValue());
        } catch (NoSuchMethodException e) {
            throw new LinkageError("OnChange has no retry()", e);
        }
    }
}
