package dev.onchange.processor.check;

import dev.onchange.engine.match.InvalidMatchException;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.message.Suggestion;
import dev.onchange.engine.scan.rule.Attributes;
import dev.onchange.engine.scan.rule.Declaration;
import dev.onchange.problem.Problem;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.Handler.AnnotatedDeclaration;
import dev.onchange.processor.source.HandlerClass;
import dev.onchange.processor.source.Model;
import dev.onchange.processor.source.PayloadFields;
import dev.onchange.processor.source.PayloadFields.Fields;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.Element;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Fields that a filter tests are fields of change events, and in the document fields of the payload type too. Warnings
 * only: a newer server may have more, and documents may have fields that the type leaves out.
 * {@code @SuppressWarnings("onchange")} on the method or a class around it says so.
 */
final class FieldsExist implements Check {

    private static final String SUPPRESSED = "onchange";

    private final PayloadFields payloadFields;

    FieldsExist(Model model) {
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
        Optional<Fields> fields = payloadFields.of(handler, each.declared());
        Optional<BsonDocument> filter = filter(each.attributes());
        if (filter.isEmpty()) {
            return;
        }
        List<String> paths = DocumentPath.texts(filter.get());
        for (String path : paths) {
            EventFields.unknown(path)
                    .map(name -> Message.UNKNOWN_EVENT_FIELD.at(
                            where(handler), path, name, EventFields.suggestion(path, fields)))
                    .ifPresent(problem -> warn(problem, handler, each, report));
        }
        if (fields.isPresent()) {
            for (String path : paths) {
                DocumentPath.of(path).ifPresent(within -> check(within, fields.get(), handler, each, report));
            }
        }
    }

    private void check(DocumentPath path, Fields fields, Handler handler, AnnotatedDeclaration each, Report report) {
        Fields at = fields;
        for (String name : path.names()) {
            if (at.isMissing(name)) {
                Problem problem =
                        Message.UNKNOWN_FIELD.at(where(handler), path.text(), at.type(), name, suggestion(name, at));
                warn(problem, handler, each, report);
                return;
            }
            Optional<Fields> next = payloadFields.below(at, name);
            if (next.isEmpty()) {
                return;
            }
            at = next.get();
        }
    }

    private static String where(Handler handler) {
        return Declaration.where(handler.where(), "match");
    }

    private static void warn(Problem problem, Handler handler, AnnotatedDeclaration each, Report report) {
        report.warning(
                problem, handler.method(), each.declared(), each.declared().written("match"));
    }

    private static String suggestion(String name, Fields fields) {
        String stored = fields.storedAs(name);
        return stored == null ? Suggestion.of(name, fields.names()) : Suggestion.question(stored);
    }

    /** With an own pipeline the payload is whatever that produces. */
    private static Optional<BsonDocument> filter(Attributes attributes) {
        String match = attributes.match();
        if (match.isBlank()
                || Declaration.isOpen(match)
                || !attributes.pipeline().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Match.parse(match).filter());
        } catch (InvalidMatchException reportedElsewhere) {
            return Optional.empty();
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
