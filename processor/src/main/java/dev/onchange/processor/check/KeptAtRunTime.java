package dev.onchange.processor.check;

import dev.onchange.engine.message.Message;
import dev.onchange.processor.source.ComposedAnnotations;
import dev.onchange.processor.source.Model;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import javax.lang.model.element.TypeElement;

/** An annotation that carries {@code @OnChange} is there at run time: else its methods would silently be no handlers. */
public final class KeptAtRunTime {

    private final Model model;

    /** For annotations of this model. */
    public KeptAtRunTime(Model model) {
        this.model = model;
    }

    /** Looks at any type. */
    public void check(TypeElement type, Report report) {
        if (ComposedAnnotations.isOne(type) && !isKept(type)) {
            report.error(Message.FORGOTTEN_ANNOTATION.at(model.name(type)), type);
        }
    }

    private static boolean isKept(TypeElement annotation) {
        Retention retention = annotation.getAnnotation(Retention.class);
        return retention != null && retention.value() == RetentionPolicy.RUNTIME;
    }
}
