package dev.onchange.scan.rule;

import dev.onchange.OnChange;
import dev.onchange.Retry;

/** The attributes of {@code @Retry} that name no class, each as the annotation describes it. */
public record RetryAttributes(int attempts, String backoff, double multiplier, String maxBackoff, double jitter) {

    /** As the annotation has them when nothing is written. */
    public static final RetryAttributes DEFAULT = ofDefault();

    /** Those of an annotation. */
    public static RetryAttributes of(Retry retry) {
        return new RetryAttributes(
                retry.attempts(), retry.backoff(), retry.multiplier(), retry.maxBackoff(), retry.jitter());
    }

    private static RetryAttributes ofDefault() {
        try {
            return of((Retry) OnChange.class.getMethod("retry").getDefaultValue());
        } catch (NoSuchMethodException e) {
            throw new LinkageError("OnChange has no retry()", e);
        }
    }
}
