package dev.onchange.processor.check;

import dev.onchange.engine.scan.rule.Declaration;
import dev.onchange.engine.scan.rule.Rules;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.Handler.AnnotatedDeclaration;
import dev.onchange.processor.source.HandlerClass;

/** Each annotation satisfies the rules that hold at start too, as far as the source alone decides them. */
final class DeclarationsAreSound implements SourceCheck {

    @Override
    public void check(HandlerClass handlers, Report report) {
        for (Handler handler : handlers.own()) {
            for (AnnotatedDeclaration each : handler.declarations()) {
                Rules.check(Rules.OF_SOURCE, each.declaration())
                        .forEach(problem -> report.error(
                                problem,
                                handler.method(),
                                each.declared(),
                                each.declared().written(Declaration.attribute(problem))));
            }
        }
    }
}
