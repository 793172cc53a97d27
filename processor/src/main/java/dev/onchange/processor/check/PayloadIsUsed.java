package dev.onchange.processor.check;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.engine.scan.rule.Declaration;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.HandlerClass;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** A payload type is written out only where a parameter shows it. */
final class PayloadIsUsed implements SourceCheck {

    private static final Set<Parameter.Role> SHOWING =
            Set.copyOf(EnumSet.range(Parameter.Role.EVENT, Parameter.Role.PAYLOADS));

    @Override
    public void check(HandlerClass handlers, Report report) {
        for (Handler handler : handlers.own()) {
            if (handler.signature().isWhole()
                    && Collections.disjoint(handler.signature().roles(), SHOWING)) {
                handler.declarations().stream()
                        .filter(each -> each.declared().written("payload") != null)
                        .forEach(each -> report.error(
                                Message.PAYLOAD_WITHOUT_USE.at(Declaration.where(handler.where(), "payload")),
                                handler.method(),
                                each.declared(),
                                each.declared().written("payload")));
            }
        }
    }
}
