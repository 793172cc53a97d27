package dev.onchange.processor.check;

import dev.onchange.engine.scan.PlaceholderText;
import dev.onchange.engine.scan.rule.Attributes;
import dev.onchange.engine.scan.rule.Declaration;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.Handler.AnnotatedDeclaration;
import dev.onchange.processor.source.HandlerClass;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Placeholders are closed and have a name; whether they have a value is known at start only. */
final class PlaceholdersAreWellFormed implements SourceCheck {

    @Override
    public void check(HandlerClass handlers, Report report) {
        for (Handler handler : handlers.own()) {
            for (AnnotatedDeclaration declaration : handler.declarations()) {
                texts(declaration.attributes())
                        .forEach((attribute, texts) ->
                                texts.forEach(text -> check(attribute, text, handler, declaration, report)));
            }
        }
    }

    private static void check(
            String attribute, String text, Handler handler, AnnotatedDeclaration declaration, Report report) {
        PlaceholderText placeholders =
                PlaceholderText.of(name -> "1", Declaration.where(handler.where(), attribute), attribute, text);
        placeholders.resolved();
        placeholders
                .problems()
                .forEach(problem -> report.error(
                        problem,
                        handler.method(),
                        declaration.declared(),
                        declaration.declared().written(attribute)));
    }

    private static Map<String, List<String>> texts(Attributes attributes) {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        texts.put("id", List.of(attributes.id()));
        texts.put("database", List.of(attributes.database()));
        texts.put("collection", List.of(attributes.collection()));
        texts.put("operation", attributes.operations());
        texts.put("match", List.of(attributes.match()));
        texts.put("pipeline", attributes.pipeline());
        texts.put("retry.backoff", List.of(attributes.retry().backoff()));
        texts.put("retry.maxBackoff", List.of(attributes.retry().maxBackoff()));
        return texts;
    }
}
