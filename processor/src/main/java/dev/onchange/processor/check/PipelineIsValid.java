package dev.onchange.processor.check;

import dev.onchange.engine.plan.InvalidPipelineException;
import dev.onchange.engine.plan.OwnPipeline;
import dev.onchange.engine.scan.rule.Declaration;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.Handler.AnnotatedDeclaration;
import dev.onchange.processor.source.HandlerClass;
import java.util.List;

/** A change stream would take the stages, as far as they hold no placeholder. */
final class PipelineIsValid implements SourceCheck {

    @Override
    public void check(HandlerClass handlers, Report report) {
        for (Handler handler : handlers.own()) {
            for (AnnotatedDeclaration each : handler.declarations()) {
                List<String> pipeline = each.attributes().pipeline();
                if (!pipeline.isEmpty() && pipeline.stream().noneMatch(Declaration::isOpen)) {
                    try {
                        OwnPipeline.parse(pipeline);
                    } catch (InvalidPipelineException invalid) {
                        report.error(
                                invalid.problem(Declaration.where(handler.where(), "pipeline")),
                                handler.method(),
                                each.declared(),
                                each.declared().element("pipeline", invalid.text()));
                    }
                }
            }
        }
    }
}
