package dev.onchange.processor.check;

import dev.onchange.engine.match.InvalidMatchException;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.scan.rule.Declaration;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.Handler.AnnotatedDeclaration;
import dev.onchange.processor.source.HandlerClass;

/** The server would take the filter, as far as it holds no placeholder. */
final class MatchIsValid implements SourceCheck {

    @Override
    public void check(HandlerClass handlers, Report report) {
        for (Handler handler : handlers.own()) {
            for (AnnotatedDeclaration each : handler.declarations()) {
                String match = each.attributes().match();
                if (!match.isBlank() && !Declaration.isOpen(match)) {
                    try {
                        Match.parse(match);
                    } catch (InvalidMatchException invalid) {
                        report.error(
                                invalid.problem(Declaration.where(handler.where(), "match")),
                                handler.method(),
                                each.declared(),
                                each.declared().written("match"));
                    }
                }
            }
        }
    }
}
