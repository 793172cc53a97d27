package dev.onchange.processor.check;

import dev.onchange.engine.match.InvalidMatchException;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.match.notice.HandlerNotices;
import dev.onchange.engine.match.notice.HandlerUse;
import dev.onchange.engine.scan.rule.Attributes;
import dev.onchange.engine.scan.rule.Declaration;
import dev.onchange.engine.scan.rule.Rules;
import dev.onchange.problem.Problem;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.Handler.AnnotatedDeclaration;
import dev.onchange.processor.source.HandlerClass;
import dev.onchange.processor.source.Model;
import dev.onchange.processor.source.PayloadFields;
import java.util.Arrays;
import javax.lang.model.element.Element;
import org.jspecify.annotations.Nullable;

/**
 * Changes can come that a handler's filter matches, and names are such as are meant. Warnings only: a newer server may have
 * more, and documents may have fields that the payload type leaves out. {@code @SuppressWarnings("onchange")} on the method
 * or a class around it says so.
 */
final class CanBeCalled implements SourceCheck {

    private static final String SUPPRESSED = "onchange";

    private final PayloadFields payloadFields;

    CanBeCalled(Model model) {
        this.payloadFields = new PayloadFields(model);
    }

    @Override
    public void check(HandlerClass handlers, Report report) {
        for (Handler handler : handlers.own()) {
            if (!isSuppressed(handler.method())) {
                handler.declarations().forEach(each -> check(handler, each, report));
            }
        }
    }

    private void check(Handler handler, AnnotatedDeclaration each, Report report) {
        Rules.check(Rules.OF_NOTICE, each.declaration()).forEach(problem -> warn(problem, handler, each, report));
        if (!Declaration.isOpen(each.attributes().match())) {
            HandlerNotices.of(
                            HandlerUse.of(each.declaration()),
                            match(each.attributes()),
                            () -> payloadFields.document(handler, each.declared()))
                    .forEach(problem -> warn(problem, handler, each, report));
        }
    }

    private static void warn(Problem problem, Handler handler, AnnotatedDeclaration each, Report report) {
        report.warning(
                problem, handler.method(), each.declared(), each.declared().written(Declaration.attribute(problem)));
    }

    /** Null if there is none, or if it cannot be read here. */
    private static @Nullable Match match(Attributes attributes) {
        String match = attributes.match();
        if (match.isBlank()) {
            return null;
        }
        try {
            return Match.parse(match);
        } catch (InvalidMatchException reportedElsewhere) {
            return null;
        }
    }

    private static boolean isSuppressed(Element element) {
        for (@Nullable Element each = element; each != null; each = each.getEnclosingElement()) {
            SuppressWarnings suppressed = each.getAnnotation(SuppressWarnings.class);
            if (suppressed != null && Arrays.asList(suppressed.value()).contains(SUPPRESSED)) {
                return true;
            }
        }
        return false;
    }
}
